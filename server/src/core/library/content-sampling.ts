/** A block of a file; both values are in bytes. */
export interface ByteBlock {
  readonly offset: number;
  readonly length: number;
}

const BLOCK_BYTES = 64 * 1024;
const BLOCK_COUNT = 16;

/** Returns whether the sampled blocks cover the whole file, so that equal samples mean equal contents. */
export function isSampleWholeFile(bytes: number): boolean {
  return bytes <= BLOCK_BYTES * BLOCK_COUNT;
}

/**
 * Returns the blocks that make up a file's sample, together with its size: the first, the last and 14 evenly
 * spaced in between.
 */
export function chooseSampleBlocks(bytes: number): readonly ByteBlock[] {
  if (isSampleWholeFile(bytes)) return bytes === 0 ? [] : [{ offset: 0, length: bytes }];
  return Array.from({ length: BLOCK_COUNT }, (_, index) => ({
    offset: Math.floor(((bytes - BLOCK_BYTES) * index) / (BLOCK_COUNT - 1)),
    length: BLOCK_BYTES,
  }));
}
