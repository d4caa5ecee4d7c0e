import { messageOf } from '../base/message-of.ts';
import { ChildError } from '../base/supervised.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import type { Job } from '../core/job.ts';
import { UnavailableError } from '../core/unavailable.ts';
import { unexpected } from './outcome.ts';
import type { Schedule, StageOutcome } from './schedule.ts';

/** Runs the stage of a job on its copy. Never rejects. */
export async function runJob(
  schedule: Schedule,
  job: Job,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<StageOutcome> {
  const { catalogue, log, saving, turns } = schedule;
  const copy = catalogue.copy(job.uri);
  const runner = schedule.runners.get(job.stage);
  // Moved, or another content lies there by now: settling plans the content again.
  if (copy === undefined || copy.videoId !== job.videoId || runner === undefined)
    return { state: 'cancelled' };
  const startedMs = performance.now();
  try {
    const record = catalogue.video(job.videoId);
    const input = { copy, record, path: job.path, recipe: job.recipe, turn: turns.turn };
    const value = await runner.run(input, onShare, signal, (rows) => saving.save(job, rows));
    const ms = Math.round(performance.now() - startedMs);
    log.info('stage done', { job: job.key, stage: job.stage, uri: job.uri, ms });
    return { state: 'ok', value };
  } catch (error) {
    return signal.aborted ? { state: 'cancelled' } : outcomeOf(schedule, job, error);
  }
}

function outcomeOf({ log, onMissing }: Schedule, job: Job, error: unknown): StageOutcome {
  if (error instanceof UnavailableError)
    return { state: 'unavailable', reason: `${error.message} ${error.remedy}` };
  // No process of ours could be started: nothing is wrong with the file.
  if (error instanceof ChildError && error.kind === 'start')
    return { state: 'unavailable', reason: error.message };
  const failure: Failure = error instanceof FailureError ? error.failure : unexpected(job, error);
  if (failure.kind === 'missing') {
    onMissing(job.uri);
    return { state: 'cancelled' };
  }
  const { key, stage, uri } = job;
  log.warn('stage failed', { job: key, stage, uri, kind: failure.kind, reason: failure.reason });
  if (!(error instanceof FailureError))
    log.error('unexpected', {
      job: key,
      error: error instanceof Error ? (error.stack ?? error.message) : messageOf(error),
    });
  return { state: 'refused', failure };
}
