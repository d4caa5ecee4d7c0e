import type { Ms } from '../../core/domain/time-range.ts';
import type { Chapter } from '../../core/domain/video.ts';

/** Missing part of the end from which a file counts as truncated: the larger of these. */
const MISSING_MS = 3000;
const MISSING_SHARE = 0.1;
/** A stated duration is used as it is if it differs from the end of the last packet by less than this, ms. */
const CLOSE_MS = 1000;

/** Returns whether a file that was read up to `reachedMs` ends too early. */
export function isCutShort(reachedMs: Ms, durationMs: Ms): boolean {
  return durationMs - reachedMs > Math.max(MISSING_MS, durationMs * MISSING_SHARE);
}

/**
 * Returns the minimum that a stated duration means. These containers may state the end time instead of the
 * length.
 */
export function toMinDuration(statedMs: Ms, demuxer: string, originUs: number): Ms {
  return /^(?:matroska|mov)/.test(demuxer) ? Math.max(0, statedMs - originUs / 1000) : statedMs;
}

/** Returns the duration, given the end of the last packet. */
export function toFinalDuration(statedMs: Ms | undefined, reachedMs: number): Ms {
  const reached = Math.round(reachedMs);
  return statedMs !== undefined && Math.abs(statedMs - reached) < CLOSE_MS ? statedMs : reached;
}

/** Number of packets below which their damage says nothing about a track. */
const MIN_JUDGED_PACKETS = 20;

/** Returns whether most of the packets that a decoder received were damaged. */
export function isUndecodable(damagedPackets: number, sentPackets: number): boolean {
  return sentPackets >= MIN_JUDGED_PACKETS && damagedPackets > sentPackets / 2;
}

/** Returns chapters with times relative to `originUs`, clipped to the video. */
export function clampChapters(
  chapters: readonly Chapter[],
  originUs: number,
  durationMs: Ms,
): readonly Chapter[] {
  const shift = Math.round(originUs / 1000);
  return chapters
    .map(({ startMs, endMs, title }) => ({
      startMs: Math.max(0, startMs - shift),
      endMs: Math.min(durationMs, endMs - shift),
      title,
    }))
    .filter(({ startMs, endMs }) => endMs > startMs);
}
