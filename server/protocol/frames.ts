import type { Ms, Uri } from './base.ts';

export interface FramesParams {
  /** An indexed video. */
  readonly uri: Uri;
  /** From 1 to 16 times; the frame shown at each comes back, in this order. */
  readonly timesMs: readonly Ms[];
  /** px, 16 to 1280; 640 where absent. No frame is enlarged, and none is taller than this. */
  readonly width?: number;
}

export interface FrameImage {
  readonly timeMs: Ms;
  readonly mimeType: 'image/jpeg';
  /** Base64. */
  readonly data: string;
}

export interface FramesResult {
  readonly uri: Uri;
  readonly frames: readonly FrameImage[];
}
