/** One block of a file, in bytes. */
export interface Block {
  readonly offset: number;
  readonly length: number;
}

const BLOCK = 64 * 1024;
const COUNT = 16;

/** Up to this size the sampled blocks are the whole file, and an equal sample is an equal content. */
export function sampleIsWhole(bytes: number): boolean {
  return bytes <= BLOCK * COUNT;
}

/** The blocks whose bytes, with the size, make a file's sample: the first, the last and 14 evenly between. */
export function sampledBlocks(bytes: number): readonly Block[] {
  if (sampleIsWhole(bytes)) return bytes === 0 ? [] : [{ offset: 0, length: bytes }];
  return Array.from({ length: COUNT }, (_, at) => ({
    offset: Math.floor(((bytes - BLOCK) * at) / (COUNT - 1)),
    length: BLOCK,
  }));
}
