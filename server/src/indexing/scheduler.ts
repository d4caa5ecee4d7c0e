import type { Stage } from '../core/domain/stage.ts';
import type { Job } from '../core/pipeline/job.ts';
import type { Executor, RunningJob } from '../ports/executor.ts';
import { deriveNow } from './derive.ts';
import { runJob } from './job-run.ts';
import { createPartialResults } from './partial-results.ts';
import { boost, touch, touchAll } from './planner.ts';
import { createPriorityGate } from './priority-gate.ts';
import { createScheduleState, isBusy, type Schedule, type SchedulerOptions } from './schedule.ts';
import { checkSoon } from './schedule-check.ts';
import { settleJob } from './settler.ts';
import { waitUntilSettled } from './waiters.ts';

export interface Scheduler {
  /** Plans these contents again. Call it after every change to them. */
  touch(videoIds: Iterable<string>): void;
  /** Plans everything again, for example after a start, a changed setting or a new model. */
  touchAll(): void;
  /** Moves these to lane `now`, because a user waits for them. Resolves when no work remains for them. */
  settled(videoIds: Iterable<string>, signal: AbortSignal): Promise<void>;
  /** Derives a content's rows again immediately after a user's correction, even while paused. */
  derive(videoId: string): Promise<void>;
  /** Moves recently searched or opened contents ahead of all other waiting work, in this order. */
  boost(videoIds: Iterable<string>): void;
  /** Starts no jobs and no further batches of running ones while a question is answered. */
  question<T>(answer: () => Promise<T>): Promise<T>;
  /** Returns whether work that can run now remains for a content. */
  isBusy(videoId: string): boolean;
  /** Returns the jobs of a content that wait or run; the same list until it is planned again. More may follow them. */
  jobsLeft(videoId: string): readonly Job[];
  /** Returns whether contents are still to be planned; until then, work counts are not final. */
  planning(): boolean;
  /** Returns the stages that cannot run now, with the reason. */
  unavailable(): ReadonlyMap<Stage, string>;
  /** Returns why the index cannot be written now; undefined if it can. */
  writeError(): unknown;
  /** Returns the jobs that work now. Those whose results are being stored are left out. */
  running(): readonly RunningJob[];
  pause(): void;
  resume(): void;
  setWidth(width: number): void;
  close(): Promise<void>;
}

const NO_JOBS: readonly Job[] = [];

export function createScheduler(options: SchedulerOptions): Scheduler {
  return createSchedulerFacade(createSchedule(options));
}

/** Creates the state, the executor and everything else that the functions over the state need. */
export function createSchedule(options: SchedulerOptions): Schedule {
  const { catalogue, stages, log } = options;
  const plans = stages.map(({ plan }) => plan);
  const schedule: Schedule = {
    ...options,
    plans,
    runners: new Map(stages.map((runner) => [runner.plan.stage, runner])),
    state: createScheduleState(),
    timers: {},
    turns: createPriorityGate(),
    listeners: new Set(),
    executor: options.executor(
      (job, onShare, signal, place) => runJob(schedule, job, onShare, signal, place),
      (job, outcome) => settleJob(schedule, job, outcome),
    ),
    saving: createPartialResults({
      catalogue,
      derivedStages: plans.filter(({ derived }) => derived).map(({ stage }) => stage),
      running: () => schedule.executor.running(),
      onChange: (videoId) => touch(schedule, [videoId]),
      log,
    }),
  };
  schedule.listeners.add(() => checkSoon(schedule));
  return schedule;
}

/** Creates the scheduler for a schedule. */
export function createSchedulerFacade(schedule: Schedule): Scheduler {
  const { state, executor, turns } = schedule;
  return {
    touch: (videoIds) => touch(schedule, videoIds),
    touchAll: () => touchAll(schedule),
    settled: (videoIds, signal) => waitUntilSettled(schedule, videoIds, signal),
    derive: (videoId) => deriveNow(schedule, videoId),
    boost: (videoIds) => boost(schedule, videoIds),
    async question(answer) {
      pause(executor);
      const release = turns.holdOthers();
      try {
        return await answer();
      } finally {
        release();
        resume(executor);
      }
    },
    isBusy: (videoId) => isBusy(state, videoId),
    jobsLeft: (videoId) => state.planned.get(videoId) ?? NO_JOBS,
    planning: () => state.unplanned.size > 0,
    unavailable: () => state.unavailable,
    writeError: () => state.writeError,
    running: () => executor.running().filter(({ ending }) => !ending),
    pause: () => pause(executor),
    resume: () => resume(executor),
    setWidth: (width) => executor.setWidth('deep', width),
    close: () => close(schedule),
  };
}

function pause(executor: Executor): void {
  executor.pause('fast');
  executor.pause('deep');
}

function resume(executor: Executor): void {
  executor.resume('fast');
  executor.resume('deep');
}

async function close({ state, timers, listeners, executor, catalogue }: Schedule): Promise<void> {
  state.closed = true;
  clearImmediate(timers.slice);
  clearTimeout(timers.writeRetry);
  clearTimeout(timers.unavailableRetry);
  clearTimeout(timers.check);
  for (const listener of [...listeners]) listener();
  await executor.close();
  await catalogue.whenIdle();
}
