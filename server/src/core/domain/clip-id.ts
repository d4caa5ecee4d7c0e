import type { TimeRange } from './time-range.ts';

/**
 * Returns a readable id of a clip, made of content and range. If clip edges move later (another clip length,
 * new cuts), look up the clip that contains the id's range.
 */
export function toClipId(videoId: string, range: TimeRange): string {
  return `${videoId}@${range.startMs}-${range.endMs}`;
}

/** Parses a clip id; returns undefined for any other text. */
export function parseClipId(clipId: string): ({ readonly videoId: string } & TimeRange) | undefined {
  const match = /^([^@\s]+)@(\d{1,15})-(\d{1,15})$/.exec(clipId);
  if (match === null) return undefined;
  const startMs = Number(match[2]);
  const endMs = Number(match[3]);
  return endMs > startMs ? { videoId: match[1] ?? '', startMs, endMs } : undefined;
}
