import { messageOf } from '../base/message-of.ts';
import type { Job, JobLane } from '../core/pipeline/job.ts';
import { outcomeToBatch } from './job-outcome.ts';
import { touch, touchAll } from './planner.ts';
import type { Schedule, StageOutcome } from './schedule.ts';

const LANES: readonly JobLane[] = ['now', 'fast', 'deep'];

/** Delay after a write that failed, ms: long enough to spare a full disk, short enough to notice room soon. */
const WRITE_RETRY_MS = 10_000;
/** Delay after which a stage that could not run is tried again, ms. */
const UNAVAILABLE_RETRY_MS = 60_000;

/** Writes what an outcome says and plans the content again. Never rejects. */
export async function settleJob(schedule: Schedule, job: Job, outcome: StageOutcome): Promise<void> {
  const { state, saving } = schedule;
  const touched = [job.videoId];
  try {
    if (outcome.state === 'unavailable') {
      // Every plan changes with a stage that cannot run: later stages need not wait for it.
      if (!state.unavailable.has(job.stage)) touched.push(...state.planned.keys());
      setUnavailable(schedule, job, outcome.reason);
    } else if (outcome.state !== 'cancelled')
      await schedule.catalogue.change((view) => outcomeToBatch(view, job, outcome));
    await saving.ended(job, outcome.state === 'ok' || outcome.state === 'refused');
  } catch (error) {
    stopWrites(schedule, error);
    await saving.ended(job, true).catch((fault: unknown) => {
      schedule.log.error('unexpected', { job: job.key, error: messageOf(fault) });
    });
  }
  touch(schedule, touched);
}

function setUnavailable(schedule: Schedule, job: Job, reason: string): void {
  const { state, timers } = schedule;
  state.unavailable.set(job.stage, reason);
  timers.unavailableRetry ??= setTimeout(() => {
    timers.unavailableRetry = undefined;
    touchAll(schedule);
  }, UNAVAILABLE_RETRY_MS).unref();
}

/** Stops all lanes because the index cannot be written. Those who wait get the error. Tried again after 10 s. */
function stopWrites(schedule: Schedule, error: unknown): void {
  const { state, executor, timers } = schedule;
  if (state.writeError !== undefined || state.closed) return;
  state.writeError = error;
  schedule.log.error('index cannot be written', { error: messageOf(error) });
  for (const lane of LANES) executor.pause(lane);
  timers.writeRetry = setTimeout(retryWrites, WRITE_RETRY_MS, schedule);
}

/** Lets the lanes go on after `stopWrites`; does nothing while the index can be written. */
export function retryWrites(schedule: Schedule): void {
  const { state, executor, timers } = schedule;
  if (state.writeError === undefined || state.closed) return;
  clearTimeout(timers.writeRetry);
  state.writeError = undefined;
  for (const lane of LANES) executor.resume(lane);
  touchAll(schedule);
}
