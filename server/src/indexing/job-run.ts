import { messageOf } from '../base/message-of.ts';
import type { Description } from '../core/domain/description.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { MediaFailureError } from '../core/errors/media-failure.ts';
import { findResumeMs, splitExtent } from '../core/pipeline/extent.ts';
import type { Job } from '../core/pipeline/job.ts';
import type { JobPlace } from '../ports/executor.ts';
import { toFailedOutcome } from './job-outcome.ts';
import type { Schedule, StageOutcome } from './schedule.ts';
import type { StageRunner } from './stages/stage-runner.ts';
import { areRowsOf, isResultOf } from './worker-result.ts';

/**
 * Runs the stage of a job on its copy. Never rejects. If files moved meanwhile, the outcome may belong to
 * another file; it is then dropped, and settling plans the content again.
 */
export async function runJob(
  schedule: Schedule,
  job: Job,
  onShare: (share: number) => void,
  signal: AbortSignal,
  place: JobPlace,
): Promise<StageOutcome> {
  const copy = schedule.catalogue.copy(job.uri);
  const runner = schedule.runners.get(job.stage);
  // The file moved, or another content is at its path.
  if (copy === undefined || copy.videoId !== job.videoId || runner === undefined)
    return { state: 'cancelled' };
  if (runner.plan.derived === true) return runStage(schedule, job, copy, runner, onShare, signal);
  try {
    if ((await schedule.presence(copy)) !== 'same') return dropJob(schedule, job);
    const outcome =
      place === 'workers' && !followsRecording(schedule, job)
        ? await runOnWorkers(schedule, job, copy, onShare, signal)
        : await runStage(schedule, job, copy, runner, onShare, signal);
    const isSettled = outcome.state === 'ok' || outcome.state === 'refused';
    if (!isSettled) return outcome;
    const presence = await schedule.presence(copy);
    // An open file may have moved while it was read. A complete result stays valid; a failure may have been
    // caused by the move.
    const isWhole = outcome.state === 'ok' && outcome.value.failure === undefined;
    return presence === 'same' || (presence === 'gone' && isWhole) ? outcome : dropJob(schedule, job);
  } catch (error) {
    return toOutcome(schedule, job, error);
  }
}

/** Returns whether a job reads a part of a recording. Such parts are short and only this machine can read them. */
function followsRecording({ catalogue }: Schedule, { videoId, stage, recipe }: Job): boolean {
  const record = catalogue.video(videoId);
  return (
    splitExtent(recipe).extent !== undefined ||
    (record !== undefined && findResumeMs(record, stage, recipe) > 0)
  );
}

/** Requests a new scan of the file, unless a scan has already found another content there. */
function dropJob({ catalogue, onMissing }: Schedule, { uri, videoId }: Job): StageOutcome {
  if (catalogue.copy(uri)?.videoId === videoId) onMissing(uri);
  return { state: 'cancelled' };
}

/** Has a worker run the stage. A result with rows of another content or stage is dropped: the queue is not trusted. */
async function runOnWorkers(
  schedule: Schedule,
  job: Job,
  copy: VideoFile,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<StageOutcome> {
  const { workers, catalogue, saving, log } = schedule;
  const record = catalogue.video(job.videoId);
  if (workers === undefined || record === undefined) return { state: 'cancelled' };
  const startedMs = performance.now();
  const task = await workers.toTask(job, copy, record);
  const save = (rows: readonly Description[]) =>
    areRowsOf(job, rows) ? saving.save(job, rows) : Promise.resolve();
  const outcome = await workers.queue.run(task, { onShare, save }, signal);
  if (signal.aborted) return { state: 'cancelled' };
  if (outcome.state === 'ok' && !isResultOf(job, outcome.value))
    return { state: 'unavailable', reason: 'A worker returned rows of another job. Update the workers.' };
  if (outcome.state === 'ok') {
    const ms = Math.round(performance.now() - startedMs);
    log.info('stage done', { job: job.key, stage: job.stage, uri: job.uri, ms, place: 'workers' });
  }
  return outcome;
}

async function runStage(
  schedule: Schedule,
  job: Job,
  copy: VideoFile,
  runner: StageRunner,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<StageOutcome> {
  const { catalogue, log, saving, turns } = schedule;
  const startedMs = performance.now();
  try {
    signal.throwIfAborted();
    const record = catalogue.video(job.videoId);
    const { base: recipe, extent } = splitExtent(job.recipe);
    const fromMs = record === undefined || job.path ? 0 : findResumeMs(record, job.stage, job.recipe);
    const recording =
      extent !== undefined || fromMs > 0 ? { fromMs, isOpen: extent !== undefined } : undefined;
    const input = { copy, record, path: job.path, recipe, recording, turn: turns.waitForTurn };
    const value = await runner.run(input, onShare, signal, (rows) => saving.save(job, rows));
    const ms = Math.round(performance.now() - startedMs);
    log.info('stage done', { job: job.key, stage: job.stage, uri: job.uri, ms });
    return { state: 'ok', value };
  } catch (error) {
    return signal.aborted ? { state: 'cancelled' } : toOutcome(schedule, job, error);
  }
}

function toOutcome(schedule: Schedule, job: Job, error: unknown): StageOutcome {
  const { log } = schedule;
  const outcome = toFailedOutcome(job, error);
  if (outcome.state !== 'refused') return outcome;
  const { failure } = outcome;
  if (failure.kind === 'missing') return dropJob(schedule, job);
  const { key, stage, uri } = job;
  log.warn('stage failed', { job: key, stage, uri, kind: failure.kind, reason: failure.reason });
  if (!(error instanceof MediaFailureError))
    log.error('unexpected', {
      job: key,
      error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
    });
  return outcome;
}
