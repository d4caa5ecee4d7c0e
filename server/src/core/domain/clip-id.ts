import type { TimeRange } from './time-range.ts';

/**
 * Names a Clip: content and range, readable. When the edges of Clips move (another length, cuts measured later) an
 * old id still leads to the moment: look up the Clip that holds its range.
 */
export function toClipId(videoId: string, range: TimeRange): string {
  return `${videoId}@${range.startMs}-${range.endMs}`;
}

/** Undefined for a text that is no clip id. */
export function parseClipId(clipId: string): ({ readonly videoId: string } & TimeRange) | undefined {
  const match = /^([^@\s]+)@(\d{1,15})-(\d{1,15})$/.exec(clipId);
  if (match === null) return undefined;
  const startMs = Number(match[2]);
  const endMs = Number(match[3]);
  return endMs > startMs ? { videoId: match[1] ?? '', startMs, endMs } : undefined;
}
