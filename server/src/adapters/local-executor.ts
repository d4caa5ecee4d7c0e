import TinyQueue from 'tinyqueue';
import type { Job, Lane } from '../core/job.ts';
import type { Executor, Run, Running, Settle } from '../ports/executor.ts';

interface Active {
  readonly job: Job;
  readonly controller: AbortController;
  readonly startedMs: number;
  share: number;
}

const LANES: readonly Lane[] = ['now', 'fast', 'deep'];

/**
 * Runs jobs in this process (their heavy parts go on in children), a bounded number a lane, the greatest rank first;
 * `deep` starts nothing while there is work in `fast`.
 * `onError` hears of a `run` or `settle` that rejects: the job is then dropped and may be offered again.
 */
export function createLocalExecutor<T>(options: {
  readonly run: Run<T>;
  readonly settle: Settle<T>;
  readonly widths: Readonly<Record<Lane, number>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long its place in the lane rests after a job, ms. */
  readonly restMs: (lane: Lane, busyMs: number) => number;
  readonly onError: (job: Job, error: unknown) => void;
}): Executor {
  const waiting = new Map<string, Job>();
  // A job offered again stands twice in its queue; only the one that `waiting` holds counts.
  const byRank = (a: Job, b: Job) => b.rank - a.rank;
  const queues: Record<Lane, TinyQueue<Job>> = {
    now: new TinyQueue([], byRank),
    fast: new TinyQueue([], byRank),
    deep: new TinyQueue([], byRank),
  };
  const widths = { ...options.widths };
  const pauses: Record<Lane, number> = { now: 0, fast: 0, deep: 0 };
  const busy: Record<Lane, number> = { now: 0, fast: 0, deep: 0 };
  const active = new Map<string, Active>();
  const again = new Map<string, Job>();
  const resting = new Set<NodeJS.Timeout>();
  let closed = false;
  let onEmpty: (() => void) | undefined;

  function wait(job: Job): void {
    const before = waiting.get(job.key);
    if (before !== undefined && before.lane === job.lane && before.rank === job.rank) return;
    waiting.set(job.key, job);
    queues[job.lane].push(job);
  }

  /** The next job of a lane, left where it is. */
  function first(lane: Lane): Job | undefined {
    for (;;) {
      const job = queues[lane].peek();
      if (job === undefined || waiting.get(job.key) === job) return job;
      queues[lane].pop();
    }
  }

  function next(lane: Lane): Job | undefined {
    const job = first(lane);
    if (job === undefined) return undefined;
    queues[lane].pop();
    waiting.delete(job.key);
    return job;
  }

  /** Names and Cues of everything come before the first whole pass over one video. */
  const held = (lane: Lane) => lane === 'deep' && (busy.fast > 0 || first('fast') !== undefined);

  async function execute(entry: Active): Promise<void> {
    const { job, controller } = entry;
    const onShare = (share: number) => {
      entry.share = share;
    };
    try {
      const outcome = await options.run(job, onShare, controller.signal);
      await options.settle(job, controller.signal.aborted ? { state: 'cancelled' } : outcome);
    } catch (error) {
      options.onError(job, error);
    } finally {
      active.delete(job.key);
      rest(job.lane, options.restMs(job.lane, options.now() - entry.startedMs));
      const wanted = again.get(job.key);
      again.delete(job.key);
      if (wanted !== undefined && !closed) wait(wanted);
      if (active.size === 0) onEmpty?.();
      start();
    }
  }

  function rest(lane: Lane, ms: number): void {
    if (ms <= 0 || closed) {
      busy[lane] -= 1;
      return;
    }
    const timer = setTimeout(() => {
      resting.delete(timer);
      busy[lane] -= 1;
      start();
    }, ms);
    resting.add(timer);
  }

  function start(): void {
    for (const lane of LANES) {
      while (!closed && pauses[lane] === 0 && busy[lane] < widths[lane] && !held(lane)) {
        const job = next(lane);
        if (job === undefined) break;
        const entry = { job, controller: new AbortController(), startedMs: options.now(), share: 0 };
        active.set(job.key, entry);
        busy[lane] += 1;
        void execute(entry);
      }
    }
  }

  return {
    offer(jobs) {
      if (closed) return;
      for (const job of jobs) {
        const running = active.get(job.key);
        if (running === undefined) wait(job);
        // Aborted and wanted again: it waits for the old run to end.
        else if (running.controller.signal.aborted) again.set(job.key, job);
      }
      start();
    },
    cancel(keys) {
      for (const key of keys) {
        waiting.delete(key);
        again.delete(key);
        active.get(key)?.controller.abort(new DOMException('The job is no longer wanted.', 'AbortError'));
      }
    },
    pause(lane) {
      pauses[lane] += 1;
    },
    resume(lane) {
      pauses[lane] = Math.max(0, pauses[lane] - 1);
      start();
    },
    running: (): readonly Running[] =>
      [...active.values()].map(({ job, startedMs, share }) => ({ job, startedMs, share })),
    waiting: () => waiting.size,
    setWidth(lane, width) {
      widths[lane] = Math.max(1, width);
      start();
    },
    async close() {
      closed = true;
      waiting.clear();
      for (const timer of resting) clearTimeout(timer);
      for (const { controller } of active.values()) {
        controller.abort(new DOMException('The daemon is closing.', 'AbortError'));
      }
      if (active.size > 0) await new Promise<void>((resolve) => (onEmpty = resolve));
    },
  };
}
