import type { Stage } from '../domain/stage.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import type { VideoRecord } from '../domain/video.ts';

/** Divides a recipe from how far the recording had been written: milliseconds, for `probe` bytes. */
const MARK = ' | up to ';

/** Returns the recipe of work on a recording that is still being written. `extent` undefined: of a whole file. */
export function withExtent(recipe: string, extent: number | undefined): string {
  return extent === undefined ? recipe : `${recipe}${MARK}${extent}`;
}

/** Divides what `withExtent` joined. */
export function splitExtent(recipe: string): { readonly base: string; readonly extent: number | undefined } {
  const at = recipe.lastIndexOf(MARK);
  const extent = at < 0 ? Number.NaN : Number(recipe.slice(at + MARK.length));
  if (Number.isNaN(extent)) return { base: recipe, extent: undefined };
  return { base: recipe.slice(0, at), extent };
}

/** Returns the start of the clip that was the last one, and so perhaps incomplete, when a video was `extentMs` long. */
function findUnfinishedStart(clips: readonly TimeRange[], extentMs: Ms): Ms {
  return clips.findLast(({ startMs }) => startMs < extentMs)?.startMs ?? 0;
}

/**
 * Returns the time from which a stage goes on with a recording, 0 if it starts: clips before it are done. A stage that
 * failed on the way reads all of the file once it is closed.
 */
export function findResumeMs(record: VideoRecord, stage: Stage, jobRecipe: string): Ms {
  const done = splitExtent(record.done[stage] ?? '');
  const job = splitExtent(jobRecipe);
  if (done.extent === undefined || done.base !== job.base) return 0;
  if (job.extent === undefined && record.failures[stage] !== undefined) return 0;
  return findUnfinishedStart(record.clips, done.extent);
}
