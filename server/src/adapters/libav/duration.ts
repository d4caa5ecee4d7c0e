import type { Ms } from '../../core/domain/time-range.ts';
import type { Chapter } from '../../core/domain/video.ts';

/** Missing part of the end from which a file counts as truncated: the larger of these. */
const MAX_MISSING_MS = 3000;
const MAX_MISSING_SHARE = 0.1;
/** A stated duration is used as it is if it differs from the end of the last packet by less than this, ms. */
const MAX_DIFFERENCE_MS = 1000;

/** Returns whether a file that was read up to `reachedMs` ends too early. */
export function isCutShort(lastPacketEndMs: Ms, durationMs: Ms): boolean {
  return durationMs - lastPacketEndMs > Math.max(MAX_MISSING_MS, durationMs * MAX_MISSING_SHARE);
}

/**
 * Returns the minimum that a stated duration means. These containers may state the end time instead of the
 * length.
 */
export function toMinDuration(statedMs: Ms, demuxer: string, originUs: number): Ms {
  return /^(?:matroska|mov)/.test(demuxer) ? Math.max(0, statedMs - originUs / 1000) : statedMs;
}

/** Returns the duration, given the end of the last packet. */
export function toFinalDuration(statedMs: Ms | undefined, lastPacketEndMs: number): Ms {
  const roundedEndMs = Math.round(lastPacketEndMs);
  return statedMs !== undefined && Math.abs(statedMs - roundedEndMs) < MAX_DIFFERENCE_MS
    ? statedMs
    : roundedEndMs;
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
  const originMs = Math.round(originUs / 1000);
  return chapters
    .map(({ startMs, endMs, title }) => ({
      startMs: Math.max(0, startMs - originMs),
      endMs: Math.min(durationMs, endMs - originMs),
      title,
    }))
    .filter(({ startMs, endMs }) => endMs > startMs);
}
