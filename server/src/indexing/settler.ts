import { messageOf } from '../base/message-of.ts';
import type { Job, JobLane } from '../core/pipeline/job.ts';
import { outcomeToBatch } from './job-outcome.ts';
import { touch, touchAll } from './planner.ts';
import type { Schedule, StageOutcome } from './schedule.ts';

const LANES: readonly JobLane[] = ['now', 'fast', 'deep'];

/**
 * Delay after a failed write, in ms: long enough to spare a full disk, short enough to notice free space
 * soon.
 */
const WRITE_RETRY_MS = 10_000;
/** Lines of a result that may wait, about 100 KB. Hundreds of results wait together. */
const MAX_WAITING_LINES = 500;
/** Delay after which an unavailable stage is retried, in ms. */
const UNAVAILABLE_RETRY_MS = 60_000;

/** Writes an outcome to the index and plans the content again. Never rejects. */
export async function settleJob(schedule: Schedule, job: Job, outcome: StageOutcome): Promise<void> {
  const { state, saving } = schedule;
  const touchedVideos = [job.videoId];
  try {
    if (outcome.state === 'unavailable') {
      // Plans everything again: later stages need not wait for an unavailable one.
      if (!state.unavailable.has(job.stage)) touchedVideos.push(...state.planned.keys());
      setUnavailable(schedule, job, outcome.reason);
    } else if (outcome.state !== 'cancelled')
      await schedule.catalogue.change(
        (view) => outcomeToBatch(view, job, outcome),
        job.lane !== 'now' && schedule.executor.waiting().size > 0 && isSmall(outcome),
      );
    await saving.finishJob(job, outcome.state === 'ok' || outcome.state === 'refused');
    schedule.workers?.queue.settled(job.key);
  } catch (error) {
    stopWrites(schedule, error);
    await saving.finishJob(job, true).catch((fault: unknown) => {
      schedule.log.error('unexpected', { job: job.key, error: messageOf(fault) });
    });
  }
  touch(schedule, touchedVideos);
}

/** Returns whether an outcome takes so little memory that it may wait for others to join its write. */
function isSmall(outcome: StageOutcome): boolean {
  const descriptions = outcome.state === 'ok' ? (outcome.value.descriptions ?? []) : [];
  let lineCount = 0;
  for (const { lines } of descriptions) lineCount += lines.length;
  return lineCount <= MAX_WAITING_LINES;
}

function setUnavailable(schedule: Schedule, job: Job, reason: string): void {
  const { state, timers } = schedule;
  state.unavailable.set(job.stage, reason);
  timers.unavailableRetry ??= setTimeout(() => {
    timers.unavailableRetry = undefined;
    touchAll(schedule);
  }, UNAVAILABLE_RETRY_MS).unref();
}

/**
 * Stops all lanes because the index cannot be written. Waiting requests get the error. Retries after 10 s.
 */
function stopWrites(schedule: Schedule, error: unknown): void {
  const { state, executor, timers } = schedule;
  if (state.writeError !== undefined || state.closed) return;
  state.writeError = error;
  schedule.log.error('index cannot be written', { error: messageOf(error) });
  for (const lane of LANES) executor.pause(lane);
  timers.writeRetry = setTimeout(retryWrites, WRITE_RETRY_MS, schedule);
}

/** Resumes the lanes after `stopWrites`; does nothing if the index can be written. */
export function retryWrites(schedule: Schedule): void {
  const { state, executor, timers } = schedule;
  if (state.writeError === undefined || state.closed) return;
  clearTimeout(timers.writeRetry);
  state.writeError = undefined;
  for (const lane of LANES) executor.resume(lane);
  touchAll(schedule);
}
