import type { Ms } from '../domain/time-range.ts';
import type { ByteBlock } from '../library/content-sampling.ts';

/** A place in a recording from which it can be read, given the bytes at its beginning. */
export interface RecordingPart {
  readonly byte: number;
  /** Time on the file's own clock. */
  readonly timeMs: Ms;
}

/** How far a file can be read that a recorder may still be writing. */
export interface RecordingLayout {
  /** Number of bytes at the beginning of the file that the reader of any part needs. */
  readonly headBytes: number;
  /** In the order of the file. */
  readonly parts: readonly RecordingPart[];
  /** End of the last complete part, in bytes. What follows is still being written. */
  readonly endByte: number;
  /** True if the file itself says that it is complete, or how long it will be: no recorder is at work, or a copy is. */
  readonly isFinished: boolean;
}

/**
 * Reads a file in steps: yields the block that it needs, and gets its bytes, fewer at the end of the file. A generator,
 * so that this code needs no disk.
 */
export type LayoutSteps<T = RecordingLayout | undefined> = Generator<ByteBlock, T, Uint8Array>;
