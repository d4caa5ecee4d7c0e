import type { Stage } from '../domain/stage.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';
import { hashText } from '../text/hash-text.ts';
import type { Job, JobLane } from './job.ts';

/** Describes one stage to the planner. */
export interface StagePlan {
  readonly stage: Stage;
  readonly lane: JobLane;
  /** Stages that must be done or failed for the content first. */
  readonly after: readonly Stage[];
  /** Returns the recipe for rows of the content; missing if the stage creates none. */
  readonly content?: (record: VideoRecord, copies: readonly VideoFile[]) => string | undefined;
  /**
   * Returns the recipe for rows of a path, or undefined if this path has none. Missing if the stage creates
   * none.
   */
  readonly path?: (copy: VideoFile, record: VideoRecord) => string | undefined;
  /** True if the stage derives its rows from all other stages; it runs when its lane is otherwise done. */
  readonly derived?: boolean;
}

/** Recipe of `probe`, which is special: it creates the record that the other stages need. */
export const PROBE_FINGERPRINT = 'probe 2';

/** Ranks recently searched or opened videos above everything else in their lane, whatever the date. */
const BOOST_RANK = 1e15;

/**
 * Returns the jobs that can run now for one content: work that the stages' recipes call for and that is not
 * stored.
 * - `copies`: readable copies that are not forgotten; without any there are no jobs.
 * - `unavailable`: stages that wait for a model or program.
 * - `boost`: 0..64; higher for videos requested later.
 * The function is pure: equal input gives equal jobs.
 */
export function planJobs(
  copies: readonly VideoFile[],
  record: VideoRecord | undefined,
  stages: readonly StagePlan[],
  boost: number,
  unavailable: ReadonlySet<Stage> = new Set(),
): readonly Job[] {
  const first = copies[0];
  if (first === undefined || first.videoId === '') return [];
  const rank = Math.max(...copies.map((copy) => copy.recordedMs)) + boost * BOOST_RANK;
  const job = (stage: Stage, lane: JobLane, copy: VideoFile, path: boolean, recipe: string): Job => ({
    key: toJobKey(stage, copy.videoId, path ? copy.uri : '', recipe),
    stage,
    videoId: copy.videoId,
    uri: copy.uri,
    path,
    recipe,
    lane,
    rank,
  });
  if (record === undefined || record.done.probe !== PROBE_FINGERPRINT) {
    return [job('probe', 'fast', first, false, PROBE_FINGERPRINT)];
  }
  if (record.failures.probe !== undefined) return [];
  const jobs: Job[] = [];
  for (const { stage, lane, after, content, path, derived } of stages) {
    if (unavailable.has(stage) || (derived === true && jobs.some((other) => other.lane === lane))) continue;
    const recipe = content?.(record, copies);
    const ready = after.every((earlier) => isSettled(earlier, record, copies, stages, unavailable));
    if (recipe !== undefined && ready && record.done[stage] !== recipe) {
      jobs.push(job(stage, lane, first, false, recipe));
    }
    if (path === undefined) continue;
    for (const copy of copies) {
      const pathRecipe = path(copy, record);
      if (pathRecipe !== undefined && copy.done[stage] !== pathRecipe)
        jobs.push(job(stage, lane, copy, true, pathRecipe));
    }
  }
  return jobs;
}

/** Returns whether later stages need not wait for this one: done, failed, not applicable, or unavailable. */
function isSettled(
  stage: Stage,
  record: VideoRecord,
  copies: readonly VideoFile[],
  stages: readonly StagePlan[],
  unavailable: ReadonlySet<Stage>,
): boolean {
  if (record.done[stage] !== undefined || unavailable.has(stage)) return true;
  const plan = stages.find((candidate) => candidate.stage === stage);
  if (plan === undefined) return true;
  return (
    plan.content?.(record, copies) === undefined &&
    plan.after.every((earlier) => isSettled(earlier, record, copies, stages, unavailable))
  );
}

/**
 * Returns an equal key for equal work. The hex key always contains a letter, so that no store treats it as a
 * number.
 */
export function toJobKey(stage: Stage, videoId: string, uri: string, recipe: string): string {
  return `${hashText([stage, videoId, uri, recipe].join('\n'))}f`;
}
