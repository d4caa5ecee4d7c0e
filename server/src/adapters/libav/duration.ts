import type { Ms } from '../../core/domain/time-range.ts';
import type { Chapter } from '../../core/domain/video.ts';

/** How much of the end may be missing before a file counts as cut short: the larger of these. */
const MISSING_MS = 3000;
const MISSING_SHARE = 0.1;
/** A stated duration that differs from the last packet's end by less than this (ms) is taken as it is. */
const CLOSE_MS = 1000;

/** Does a file that was read until here end too early? */
export function isCutShort(reachedMs: Ms, durationMs: Ms): boolean {
  return durationMs - reachedMs > Math.max(MISSING_MS, durationMs * MISSING_SHARE);
}

/** The least that a stated duration means: these containers may state the time of the end instead of the length. */
export function toMinDuration(statedMs: Ms, demuxer: string, originUs: number): Ms {
  return /^(?:matroska|mov)/.test(demuxer) ? Math.max(0, statedMs - originUs / 1000) : statedMs;
}

/** The duration, once its end has been seen. */
export function toFinalDuration(statedMs: Ms | undefined, reachedMs: number): Ms {
  const reached = Math.round(reachedMs);
  return statedMs !== undefined && Math.abs(statedMs - reached) < CLOSE_MS ? statedMs : reached;
}

/** Chapters with times from `originUs`, none outside the video. */
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
