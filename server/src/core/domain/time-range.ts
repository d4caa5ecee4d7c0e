/** Integer milliseconds from the start of the video. */
export type Ms = number;

/** Canonical `file:` URI, created by an adapter from the bytes of a path. */
export type Uri = string;

/** Half-open time range of a video: includes `startMs`, excludes `endMs`. */
export interface TimeRange {
  readonly startMs: Ms;
  readonly endMs: Ms;
}

/** Returns the overlap of two ranges in ms; 0 if they only touch. */
export function overlapMs(a: TimeRange, b: TimeRange): Ms {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
}
