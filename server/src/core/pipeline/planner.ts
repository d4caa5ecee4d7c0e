import type { Stage } from '../domain/stage.ts';
import type { Ms } from '../domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../domain/video.ts';
import { hashText } from '../text/hash-text.ts';
import { splitExtent, withExtent } from './extent.ts';
import type { Job, JobLane } from './job.ts';
import { STAGE_TRAITS } from './stage-traits.ts';

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
 * - `previousJobs`: the plan before this one. A job that follows a recording stays until it is done, however far the
 *   recording has been written meanwhile; otherwise one that grows faster than it is read would never be finished.
 *
 * While a recording is being written, recipes name how far it had been written (extent.ts): `probe` by the size of the
 * file, the others by the length that `probe` found, and never further than the stages before them. So each growth plans
 * what is new, and the end of the recording plans the rest.
 * The function is pure: equal input gives equal jobs, and the plan that it made itself stays as it is.
 */
export function planJobs(
  copies: readonly VideoFile[],
  record: VideoRecord | undefined,
  stages: readonly StagePlan[],
  boost: number,
  unavailable: ReadonlySet<Stage> = new Set(),
  previousJobs: readonly Job[] = [],
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
  const recording = copies.find(({ growing }) => growing?.isReadable);
  const probeRecipe = withExtent(PROBE_FINGERPRINT, recording?.bytes);
  const isPending = (stage: Stage, recipe: string) => isWorkLeft(record?.done[stage], recipe);
  /** Keeps what was planned for a shorter recording until it is done. */
  const toPlannedRecipe = (stage: Stage, recipe: string): string =>
    previousJobs.find(
      (previous) =>
        previous.stage === stage &&
        !previous.path &&
        splitExtent(previous.recipe).extent !== undefined &&
        splitExtent(previous.recipe).base === splitExtent(recipe).base &&
        isPending(stage, previous.recipe),
    )?.recipe ?? recipe;
  const probeJob = job('probe', 'fast', first, false, toPlannedRecipe('probe', probeRecipe));
  if (record === undefined || splitExtent(record.done.probe ?? '').base !== PROBE_FINGERPRINT)
    return [probeJob];
  const jobs: Job[] = record.done.probe === probeRecipe ? [] : [probeJob];
  if (record.failures.probe !== undefined) return jobs;
  for (const { stage, lane, after, content, path, derived } of stages) {
    if (stage === 'probe' || unavailable.has(stage)) continue;
    if (derived === true && jobs.some((other) => other.lane === lane)) continue;
    const isEarlier = (plan: StagePlan) =>
      after.includes(plan.stage) &&
      !unavailable.has(plan.stage) &&
      plan.content?.(record, copies) !== undefined;
    const wholeRecipe = content?.(record, copies);
    const recipe =
      wholeRecipe === undefined || !STAGE_TRAITS[stage].followsRecording
        ? wholeRecipe
        : toPlannedRecipe(stage, withExtent(wholeRecipe, findReachMs(record, stages.filter(isEarlier))));
    const ready = after.every((earlier) => isSettled(earlier, record, copies, stages, unavailable));
    if (recipe !== undefined && ready && isPending(stage, recipe)) {
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

/** Returns whether a recipe calls for more than what is done. */
function isWorkLeft(doneRecipe: string | undefined, recipe: string): boolean {
  if (doneRecipe === undefined) return true;
  const done = splitExtent(doneRecipe);
  const { base, extent } = splitExtent(recipe);
  if (done.base !== base) return true;
  // Work on a whole file says nothing about one that is longer since.
  if (done.extent === undefined) return extent !== undefined;
  return extent === undefined || done.extent < extent;
}

/**
 * Returns how far a stage can read a recording that is still being written, ms: as far as `probe` and the stages before it
 * have come. Undefined if that is the end of a complete file.
 */
function findReachMs({ done, probe }: VideoRecord, earlierStages: readonly StagePlan[]): Ms | undefined {
  const isWhole = splitExtent(done.probe ?? '').extent === undefined;
  const earlierExtents = earlierStages
    .filter(({ stage }) => STAGE_TRAITS[stage].followsRecording)
    .flatMap(({ stage }) => splitExtent(done[stage] ?? '').extent ?? []);
  const reachMs = Math.min(isWhole ? Number.POSITIVE_INFINITY : probe.durationMs, ...earlierExtents);
  return Number.isFinite(reachMs) ? reachMs : undefined;
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
