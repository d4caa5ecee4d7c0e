/** One block of a file, in bytes. */
export interface ByteBlock {
  readonly offset: number;
  readonly length: number;
}

const BLOCK_BYTES = 64 * 1024;
const BLOCK_COUNT = 16;

/** Up to this size the sampled blocks are the whole file, and an equal sample is an equal content. */
export function isSampleWholeFile(bytes: number): boolean {
  return bytes <= BLOCK_BYTES * BLOCK_COUNT;
}

/** The blocks whose bytes, with the size, make a file's sample: the first, the last and 14 evenly between. */
export function chooseSampleBlocks(bytes: number): readonly ByteBlock[] {
  if (isSampleWholeFile(bytes)) return bytes === 0 ? [] : [{ offset: 0, length: bytes }];
  return Array.from({ length: BLOCK_COUNT }, (_, index) => ({
    offset: Math.floor(((bytes - BLOCK_BYTES) * index) / (BLOCK_COUNT - 1)),
    length: BLOCK_BYTES,
  }));
}
