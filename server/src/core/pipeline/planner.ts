import type { Stage } from '../domain/stage.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';
import { hashText } from '../text/hash-text.ts';
import type { Job, JobLane } from './job.ts';

/** What the planner knows of one stage. */
export interface StagePlan {
  readonly stage: Stage;
  readonly lane: JobLane;
  /** Stages that must be settled (done or failed) for the content first. */
  readonly after: readonly Stage[];
  /** Recipe for rows of content; absent where the stage makes none. */
  readonly content?: (record: VideoRecord, copies: readonly VideoFile[]) => string | undefined;
  /** Recipe for rows of a path; absent where the stage makes none, undefined where it does not of this one. */
  readonly path?: (copy: VideoFile, record: VideoRecord) => string | undefined;
  /** Made from what all other stages stored: comes only when none of its lane is left to do. */
  readonly derived?: boolean;
}

/** The recipe of `probe` stands apart: it makes the record that the other stages need. */
export const PROBE_FINGERPRINT = 'probe 1';

/** What has just been searched or opened is done before everything else in its lane: above any date. */
const BOOST_RANK = 1e15;

/**
 * Jobs that can be done now for one content: what its stages would make under their recipes, less what is stored.
 * `copies` are the readable, not forgotten copies of the content; none, no jobs. `unavailable` stages lack a model or
 * a program and wait for it. `boost`: 0, or more for what was asked for later, at most 64. Pure: equal input, equal jobs.
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

/** Done or failed, not for this content, or waiting for what is not there: later stages need not wait for it. */
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

/** Equal work, equal key; hex with a letter in it, so that no store takes it for a number. */
export function toJobKey(stage: Stage, videoId: string, uri: string, recipe: string): string {
  return `${hashText([stage, videoId, uri, recipe].join('\n'))}f`;
}
