import type { Job, JobLane } from '../../server/src/core/pipeline/job.ts';
import type { Executor, RunJob, RunningJob, SettleJob } from '../../server/src/ports/executor.ts';

interface ManualRun {
  readonly job: Job;
  readonly controller: AbortController;
  ending: boolean;
}

/** An executor that starts jobs only when a test says so, in any order. */
export interface ManualExecutor extends Executor {
  /** Starts the nth waiting job of a lane that is not paused, modulo their number. Returns false where none can start. */
  startNth(n: number): boolean;
}

/** Creates an executor of any width by the contract of the port, written apart from the local one. */
export function createManualExecutor<T>(run: RunJob<T>, settle: SettleJob<T>): ManualExecutor {
  const waiting = new Map<string, Job>();
  const requeued = new Map<string, Job>();
  const active = new Map<string, ManualRun>();
  const pauses: Record<JobLane, number> = { now: 0, fast: 0, deep: 0 };
  let closed = false;

  async function execute(entry: ManualRun): Promise<void> {
    const { job, controller } = entry;
    const outcome = await run(job, () => undefined, controller.signal, 'here').catch((error: unknown) => {
      const reason = String(error);
      return { state: 'unavailable', reason } as const;
    });
    entry.ending = true;
    await settle(job, controller.signal.aborted ? { state: 'cancelled' } : outcome);
    active.delete(job.key);
    const newest = requeued.get(job.key);
    requeued.delete(job.key);
    if (newest !== undefined && !closed) waiting.set(job.key, newest);
  }

  return {
    offer(jobs) {
      if (closed) return;
      for (const job of jobs) {
        const entry = active.get(job.key);
        if (entry === undefined) waiting.set(job.key, job);
        else if (entry.ending || entry.controller.signal.aborted) requeued.set(job.key, job);
      }
    },
    cancel(keys) {
      for (const key of keys) {
        waiting.delete(key);
        requeued.delete(key);
        active.get(key)?.controller.abort(new Error('cancelled'));
      }
    },
    startNth(n) {
      const ready = [...waiting.values()].filter(({ lane }) => pauses[lane] === 0);
      const job = ready[n % Math.max(1, ready.length)];
      if (job === undefined || closed) return false;
      waiting.delete(job.key);
      const entry = { job, controller: new AbortController(), ending: false };
      active.set(job.key, entry);
      void execute(entry);
      return true;
    },
    pause(lane) {
      pauses[lane] += 1;
    },
    resume(lane) {
      pauses[lane] = Math.max(0, pauses[lane] - 1);
    },
    running: (): readonly RunningJob[] =>
      [...active.values()].map(({ job, controller, ending }) => ({
        job,
        startedMs: 0,
        share: 0,
        cancelled: controller.signal.aborted,
        ending,
      })),
    waiting: () => waiting,
    requeued: () => requeued,
    setWidth: () => undefined,
    async close() {
      closed = true;
      waiting.clear();
      requeued.clear();
      for (const { controller } of active.values()) controller.abort(new Error('closing'));
    },
  };
}
