import type { Job } from '../core/pipeline/job.ts';
import type { Executor } from '../ports/executor.ts';
import type { ScheduleState } from './schedule.ts';

/** A job or content that the scheduler has lost track of. */
export interface Defect {
  readonly videoId: string;
  /** Missing if the whole plan of the content is wrong. */
  readonly key?: string;
  readonly problem: string;
}

/**
 * Checks that exactly the planned jobs wait, run or are requeued, with the data of their newest plan. This
 * holds between any two events. Returns the violations.
 */
export function findDefects(
  state: Pick<ScheduleState, 'planned'>,
  executor: Pick<Executor, 'waiting' | 'requeued' | 'running'>,
): readonly Defect[] {
  const waitingJobs = executor.waiting();
  const requeuedJobs = executor.requeued();
  const runningJobs = new Map(executor.running().map((run) => [run.job.key, run]));
  const plannedJobs = new Map([...state.planned.values()].flat().map((job) => [job.key, job]));
  const defects: Defect[] = [];
  const report = ({ videoId, key, stage }: Job, problem: string) =>
    defects.push({ videoId, key, problem: `${stage} ${problem}` });
  for (const job of plannedJobs.values()) {
    const acceptedJob = requeuedJobs.get(job.key) ?? waitingJobs.get(job.key);
    if (acceptedJob !== undefined) {
      if (!isSameJob(acceptedJob, job)) report(job, `is to run on ${acceptedJob.uri}, planned on ${job.uri}`);
    } else if (runningJobs.get(job.key)?.cancelled !== false)
      report(job, 'neither waits, runs nor is requeued');
  }
  for (const job of waitingJobs.values()) if (!plannedJobs.has(job.key)) report(job, 'waits without a plan');
  for (const job of requeuedJobs.values()) {
    if (!plannedJobs.has(job.key)) report(job, 'is requeued without a plan');
    if (!runningJobs.has(job.key)) report(job, 'is requeued behind no run');
  }
  for (const { job, cancelled } of runningJobs.values())
    if (!cancelled && !plannedJobs.has(job.key)) report(job, 'runs without a plan');
  return defects;
}

/**
 * Checks that plans match the current copies and records. Skips contents that are still to be planned.
 * Returns the violations.
 */
export function findStalePlans(
  state: Pick<ScheduleState, 'planned' | 'unplanned' | 'unwritten'>,
  videoIds: Iterable<string>,
  jobsOf: (videoId: string) => readonly Job[],
): readonly Defect[] {
  const defects: Defect[] = [];
  for (const videoId of videoIds) {
    if (state.unplanned.has(videoId) || state.unwritten.has(videoId)) continue;
    const plannedJobs = state.planned.get(videoId) ?? [];
    const current = jobsOf(videoId);
    const isCurrent =
      plannedJobs.length === current.length && plannedJobs.every((job, at) => isSame(job, current[at]));
    if (!isCurrent) defects.push({ videoId, problem: 'the plan is out of date' });
  }
  return defects;
}

function isSame(job: Job, other: Job | undefined): boolean {
  return other !== undefined && job.key === other.key && isSameJob(job, other);
}

function isSameJob(a: Job, b: Job): boolean {
  return a.uri === b.uri && a.lane === b.lane && a.rank === b.rank;
}
