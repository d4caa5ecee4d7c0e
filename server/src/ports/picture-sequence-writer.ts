import type { Picture } from './decoder.ts';

/** Describes a video made of pictures. */
export interface PictureSequence {
  /** In order. All are scaled to the size of the first. */
  readonly pictures: AsyncIterable<Picture>;
  readonly fps: number;
  /** Absolute path of an mp4 file, which is overwritten. */
  readonly path: string;
}

/** Writes pictures as a video. Resolves to their number. Rejects for no pictures, or with the signal's reason. */
export type WritePictureSequence = (sequence: PictureSequence, signal: AbortSignal) => Promise<number>;
