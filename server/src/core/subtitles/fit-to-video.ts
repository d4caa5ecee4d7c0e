import type { Cue } from '../domain/cue.ts';
import type { Ms } from '../domain/time-range.ts';

const HOUR_MS: Ms = 3_600_000;
/** How far after the end of a video a cue may start: lengths are rounded, and subtitles are timed by hand. ms */
const TOLERANCE_MS: Ms = 5000;

/** Cues within a video, and those that start after its end. */
interface FittedCues {
  readonly cues: readonly Cue[];
  readonly lateCues: readonly Cue[];
}

/**
 * Fits the cues of a file beside a video to its length. Tapes and broadcasts begin at a whole hour of their time code: if all
 * cues start after the end and belong into the video some whole hours earlier, they are moved there. Other cues
 * after the end are left out, because there is nothing to play. `durationMs`: 0 if unknown.
 */
export function fitToVideo(cues: readonly Cue[], durationMs: Ms): FittedCues {
  const latestStartMs = durationMs + TOLERANCE_MS;
  const [first] = cues;
  if (durationMs <= 0 || first === undefined) return { cues, lateCues: [] };
  let firstMs = first.startMs;
  let lastMs = first.startMs;
  for (const { startMs } of cues) {
    firstMs = Math.min(firstMs, startMs);
    lastMs = Math.max(lastMs, startMs);
  }
  const hoursMs = Math.floor(firstMs / HOUR_MS) * HOUR_MS;
  const isMoved = firstMs > latestStartMs && lastMs - hoursMs <= latestStartMs;
  const movedCues = isMoved
    ? cues.map((cue) => ({ ...cue, startMs: cue.startMs - hoursMs, endMs: cue.endMs - hoursMs }))
    : cues;
  const lateCues = movedCues.filter(({ startMs }) => startMs > latestStartMs);
  const shownCues =
    lateCues.length === 0 ? movedCues : movedCues.filter(({ startMs }) => startMs <= latestStartMs);
  return { cues: shownCues.map((cue) => endWithVideo(cue, latestStartMs)), lateCues };
}

/** Ends a cue with the video, whatever end it states. */
function endWithVideo(cue: Cue, latestEndMs: Ms): Cue {
  return cue.endMs <= latestEndMs ? cue : { ...cue, endMs: Math.max(cue.startMs + 1, latestEndMs) };
}
