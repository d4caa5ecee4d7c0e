/** Integer milliseconds from the start of the video. */
export type Ms = number;

/** A canonical `file:` URI, made by an adapter from the bytes of a path. */
export type Uri = string;

/** A half-open range of a Video: `startMs` is inside, `endMs` is not. */
export interface TimeRange {
  readonly startMs: Ms;
  readonly endMs: Ms;
}

/** Milliseconds that two ranges share; 0 where they only touch. */
export function overlapMs(a: TimeRange, b: TimeRange): Ms {
  return Math.max(0, Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs));
}
