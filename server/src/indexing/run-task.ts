import type { Description } from '../core/domain/description.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { MediaUnreachableError } from '../core/errors/media-unreachable.ts';
import type { WorkTask } from '../core/pipeline/work-task.ts';
import type { TaskEvents, TaskOutcome } from '../ports/work-queue.ts';
import { toFailedOutcome } from './job-outcome.ts';
import { toMediaHints, withMediaHints } from './media-hints.ts';
import { createWorkerPipeline } from './pipeline.ts';
import type { WorkerStageDeps } from './stages/stage-deps.ts';
import type { StageResult } from './stages/stage-runner.ts';

/** The media and models of a worker. */
export type TaskPorts = Pick<
  WorkerStageDeps,
  | 'media'
  | 'reader'
  | 'captioner'
  | 'transcriber'
  | 'voiceDetector'
  | 'textEmbedder'
  | 'frameEmbedder'
  | 'settings'
>;

/** Media that this machine can read until it is released. */
interface ReadableMedia {
  readonly uri: Uri;
  release(): void;
}

/** Stages that read rows only, and no media. */
const ROW_STAGES: ReadonlySet<Stage> = new Set(['embed']);

/**
 * Runs a task on a worker, which has no index: rows come with the task. `locate` finds the media on this machine, or
 * rejects with MediaUnreachableError. Never rejects. `unavailable`: this worker lacks a model, or would make other rows
 * than the daemon wants; another worker may do it.
 */
export async function runTask(
  task: WorkTask,
  ports: TaskPorts,
  locate: (copy: VideoFile, signal: AbortSignal) => Promise<ReadableMedia>,
  { onShare, save }: TaskEvents,
  signal: AbortSignal,
): Promise<TaskOutcome<StageResult>> {
  const { job, record, copies } = task;
  const runner = createWorkerPipeline(toStageDeps(task, ports)).find(({ plan }) => plan.stage === job.stage);
  if (runner === undefined) return { state: 'unavailable', reason: `Workers do not run ${job.stage}.` };
  const recipe = job.path ? runner.plan.path?.(task.copy, record) : runner.plan.content?.(record, copies);
  if (recipe !== job.recipe) return { state: 'unavailable', reason: formatOtherRecipe(task, recipe) };
  let media: ReadableMedia | undefined;
  try {
    media = ROW_STAGES.has(job.stage) ? undefined : await locate(task.copy, signal);
    const copy = { ...task.copy, uri: media?.uri ?? task.copy.uri };
    const input = { copy, record, path: job.path, recipe: job.recipe, turn: async () => undefined };
    return { state: 'ok', value: await runner.run(input, onShare, signal, save) };
  } catch (error) {
    if (signal.aborted) return { state: 'cancelled' };
    if (error instanceof MediaUnreachableError) return { state: 'unreachable', reason: error.message };
    const outcome = toFailedOutcome(job, error);
    // The daemon sees the file, so this worker is at fault.
    return outcome.state === 'refused' && outcome.failure.kind === 'missing'
      ? { state: 'unreachable', reason: outcome.failure.reason }
      : outcome;
  } finally {
    media?.release();
  }
}

function formatOtherRecipe({ job }: WorkTask, recipe: string | undefined): string {
  return recipe === undefined
    ? `This worker lacks the model of ${job.stage}. The daemon uses: ${job.recipe}. Pull the same model here.`
    : `This worker would run ${job.stage} with "${recipe}", and the daemon wants "${job.recipe}". Install the same version of Goldfish and of the model.`;
}

function toStageDeps(task: WorkTask, ports: TaskPorts): WorkerStageDeps {
  const pick = (rows: readonly Description[], stages: readonly Stage[] | undefined) =>
    rows.filter(({ stage }) => stages?.includes(stage) ?? true);
  return {
    ...ports,
    // Files have other addresses here, so that every address stands for the file of the task.
    media: withMediaHints(ports.media, () =>
      toMediaHints(task.record, task.copies, ports.settings()['media.tracks']),
    ),
    store: {
      descriptions: async (_videoId, _uri, stages) => pick(task.stored, stages),
      vectors: async () => task.vectors,
      lostVectorCount: () => task.lostVectorCount,
    },
    correctedStore: { descriptions: async (_videoId, _uri, stages) => pick(task.corrected, stages) },
    corrections: {
      forVideo: () => [],
      revision: () => task.correctionsRevision,
      learnedWords: () => task.learnedWords ?? [],
    },
    captionPace: {
      clipMs: () => undefined,
      begin: () => ({ settled: () => undefined, end: () => undefined }),
    },
  };
}
