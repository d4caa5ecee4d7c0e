import TinyQueue from 'tinyqueue';
import { messageOf } from '../base/message-of.ts';
import type { Stage } from '../core/domain/stage.ts';
import type { Job, JobLane, JobOutcome } from '../core/pipeline/job.ts';
import { STAGE_TRAITS } from '../core/pipeline/stage-traits.ts';
import type { WorkerRole } from '../core/pipeline/worker-role.ts';
import type { Executor, JobPlace, RunJob, RunningJob, SettleJob } from '../ports/executor.ts';

/** Tells which jobs may run on workers now. */
export interface WorkerPlace {
  /** Returns how many jobs of a role, per lane, workers may have at a time. 0 if no worker serves the role. */
  capacity(role: WorkerRole): number;
  /** Returns whether jobs of a role run on workers only. */
  isExclusive(role: WorkerRole): boolean;
  /** Returns whether workers could not do a job, so that it runs here. Asked when the job is offered. */
  isReturned(key: string): boolean;
  /** Calls the listener when an answer of the other functions may have changed. */
  onChange(listener: () => void): () => void;
}

export interface LocalExecutorOptions<T> {
  readonly run: RunJob<T>;
  readonly settle: SettleJob<T>;
  readonly widths: Readonly<Record<JobLane, number>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long a slot of the lane stays empty after a job, ms. */
  readonly restMs: (lane: JobLane, busyMs: number) => number;
  /** Called when `run` or `settle` rejects, which is a bug. */
  readonly onError: (job: Job, error: unknown) => void;
  /** Missing if all jobs run here. */
  readonly workers?: WorkerPlace | undefined;
}

/**
 * Runs jobs in this process; their heavy parts run in child processes. Each lane has a limited number of
 * slots, and jobs of the highest rank go first. `deep` starts nothing here while `fast` has work. A rejected
 * `run` settles as `unavailable`. With `workers`, further jobs of their roles run there; they need no slot.
 */
export function createLocalExecutor<T>(options: LocalExecutorOptions<T>): Executor {
  return new LocalExecutor(options);
}

const LANES: readonly JobLane[] = ['now', 'fast', 'deep'];

/**
 * Number of outcomes that may be settled at a time while their slots already run the next jobs. They go into one
 * write together, which costs little more than a write of one.
 */
const MAX_SETTLING = 256;

/**
 * Stages that derive rows from rows and read no media. Each result of a `deep` job causes such a job, so they neither
 * need slots of a lane nor hold `deep` up.
 */
const DERIVED_LINES: ReadonlySet<Line> = new Set<Line>(['passages']);
/** Number of jobs of such stages at a time. Together they read the rows of many contents by one query. */
const DERIVED_WIDTH = 16;

/** Position of a waiting job in its lane. */
interface QueuePosition {
  readonly key: string;
  readonly lane: JobLane;
  readonly line: Line;
  readonly rank: number;
}

/** Jobs that wait in one line: of a stage, or of any stage but not for workers. */
type Line = Stage | 'returned';
/** Returns whether jobs of a line can start now. */
type LineFilter = (line: Line) => boolean;

/**
 * Waiting jobs by lane, line and rank. A job that changes its position leaves a stale entry in its old queue.
 * `#peek` skips such entries.
 */
class WaitingJobs {
  /** The latest offer of each job. */
  readonly jobs = new Map<string, Job>();
  readonly #places = new Map<string, QueuePosition>();
  readonly #queues: Readonly<Record<JobLane, Map<Line, TinyQueue<QueuePosition>>>> = {
    now: new Map(),
    fast: new Map(),
    deep: new Map(),
  };

  put(job: Job, line: Line): void {
    const { key, lane, rank } = job;
    this.jobs.set(key, job);
    const waitingJob = this.#places.get(key);
    if (waitingJob?.lane === lane && waitingJob.line === line && waitingJob.rank === rank) return;
    const place = { key, lane, line, rank };
    this.#places.set(key, place);
    const queue = this.#queues[lane].get(line) ?? new TinyQueue<QueuePosition>([], byRank);
    this.#queues[lane].set(line, queue);
    queue.push(place);
  }

  delete(key: string): void {
    this.jobs.delete(key);
    this.#places.delete(key);
  }

  /** Returns whether no job of these lines waits. */
  isEmpty(lane: JobLane, lines: LineFilter): boolean {
    return this.#first(lane, lines) === undefined;
  }

  /** Removes and returns the job with the highest rank of the lines that can start. */
  take(lane: JobLane, canStart: LineFilter): Job | undefined {
    const first = this.#first(lane, canStart);
    if (first === undefined) return undefined;
    first.queue.pop();
    const job = this.jobs.get(first.place.key);
    this.delete(first.place.key);
    return job;
  }

  clear(): void {
    this.jobs.clear();
    this.#places.clear();
  }

  #first(lane: JobLane, canStart: LineFilter) {
    let first: { readonly queue: TinyQueue<QueuePosition>; readonly place: QueuePosition } | undefined;
    for (const [line, queue] of this.#queues[lane]) {
      const place = this.#peek(queue);
      if (place === undefined || !canStart(line)) continue;
      if (first === undefined || byRank(place, first.place) < 0) first = { queue, place };
    }
    return first;
  }

  #peek(queue: TinyQueue<QueuePosition>): QueuePosition | undefined {
    for (;;) {
      const place = queue.peek();
      if (place === undefined || this.#places.get(place.key) === place) return place;
      queue.pop();
    }
  }
}

function byRank(a: QueuePosition, b: QueuePosition): number {
  return b.rank - a.rank;
}

interface ActiveRun {
  readonly job: Job;
  readonly place: JobPlace;
  readonly controller: AbortController;
  readonly startedMs: number;
  progress: number;
  /** True once `run` has returned and its outcome is being settled. */
  ending: boolean;
  /** True while it occupies a slot of its lane. */
  hasSlot: boolean;
}

class LocalExecutor<T> implements Executor {
  readonly #options: LocalExecutorOptions<T>;
  readonly #waiting = new WaitingJobs();
  readonly #active = new Map<string, ActiveRun>();
  readonly #requeued = new Map<string, Job>();
  readonly #widths: Record<JobLane, number>;
  readonly #pauses: Record<JobLane, number> = { now: 0, fast: 0, deep: 0 };
  /** Occupied slots, by running jobs and by rests. */
  readonly #busy: Record<JobLane, number> = { now: 0, fast: 0, deep: 0 };
  #settlingCount = 0;
  #derivedCount = 0;
  readonly #rests = new Set<NodeJS.Timeout>();
  readonly #stopWatchingWorkers: (() => void) | undefined;
  #closed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: LocalExecutorOptions<T>) {
    this.#options = options;
    this.#widths = { ...options.widths };
    this.#stopWatchingWorkers = options.workers?.onChange(() => this.#start());
  }

  offer(jobs: readonly Job[]): void {
    if (this.#closed) return;
    for (const job of jobs) {
      const active = this.#active.get(job.key);
      if (active === undefined) this.#waiting.put(job, this.#lineOf(job));
      else if (active.ending || active.controller.signal.aborted) this.#requeued.set(job.key, job);
    }
    this.#start();
  }

  cancel(keys: readonly string[]): void {
    for (const key of keys) {
      this.#waiting.delete(key);
      this.#requeued.delete(key);
      this.#active.get(key)?.controller.abort(new DOMException('The job was cancelled.', 'AbortError'));
    }
    // The last job of this lane may have blocked another lane.
    this.#start();
  }

  pause(lane: JobLane): void {
    this.#pauses[lane] += 1;
  }

  resume(lane: JobLane): void {
    this.#pauses[lane] = Math.max(0, this.#pauses[lane] - 1);
    this.#start();
  }

  running(): readonly RunningJob[] {
    return [...this.#active.values()].map(({ job, startedMs, progress: share, controller, ending }) => ({
      job,
      startedMs,
      share,
      cancelled: controller.signal.aborted,
      ending,
    }));
  }

  waiting(): ReadonlyMap<string, Job> {
    return this.#waiting.jobs;
  }

  requeued(): ReadonlyMap<string, Job> {
    return this.#requeued;
  }

  setWidth(lane: JobLane, width: number): void {
    this.#widths[lane] = Math.max(1, width);
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatchingWorkers?.();
    this.#waiting.clear();
    this.#requeued.clear();
    for (const timer of this.#rests) clearTimeout(timer);
    for (const { controller } of this.#active.values()) {
      controller.abort(new DOMException('The daemon is closing.', 'AbortError'));
    }
    if (this.#active.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
  }

  #start(): void {
    if (this.#closed) return;
    for (const lane of LANES) {
      if (this.#pauses[lane] > 0) continue;
      while (this.#derivedCount < DERIVED_WIDTH) {
        const job = this.#waiting.take(lane, (line) => DERIVED_LINES.has(line));
        if (job === undefined) break;
        this.#derivedCount += 1;
        this.#begin(job, 'here');
      }
      while (this.#hasFreeSlot(lane)) {
        const job = this.#waiting.take(lane, (line) => !DERIVED_LINES.has(line) && this.#canRunHere(line));
        if (job === undefined) break;
        this.#busy[lane] += 1;
        this.#begin(job, 'here');
      }
      for (;;) {
        const job = this.#waiting.take(lane, (line) => this.#canRunOnWorkers(line, lane));
        if (job === undefined) break;
        this.#begin(job, 'workers');
      }
    }
  }

  #begin(job: Job, place: JobPlace): void {
    const startedMs = this.#options.now();
    const controller = new AbortController();
    const hasSlot = place === 'here';
    const active = { job, place, controller, startedMs, progress: 0, ending: false, hasSlot };
    this.#active.set(job.key, active);
    void this.#execute(active);
  }

  #hasFreeSlot(lane: JobLane): boolean {
    if (this.#busy[lane] >= this.#widths[lane]) return false;
    // Names and cues of all videos come before the first full pass over a single video.
    return lane !== 'deep' || !this.#hasFastWork();
  }

  #hasFastWork(): boolean {
    const isAhead = ({ job }: ActiveRun) => job.lane === 'fast' && !DERIVED_LINES.has(job.stage);
    if (!this.#waiting.isEmpty('fast', (line) => !DERIVED_LINES.has(line))) return true;
    return [...this.#active.values()].some(isAhead);
  }

  #lineOf({ key, stage, path }: Job): Line {
    // Workers read videos, and not the files beside them.
    const isLocal = path && stage === 'screenText';
    return isLocal || this.#options.workers?.isReturned(key) === true ? 'returned' : stage;
  }

  #canRunHere(line: Line): boolean {
    const { workers } = this.#options;
    const role = line === 'returned' ? undefined : STAGE_TRAITS[line].workerRole;
    if (workers === undefined || role === undefined) return true;
    return !workers.isExclusive(role) || workers.capacity(role) === 0;
  }

  #canRunOnWorkers(line: Line, lane: JobLane): boolean {
    const { workers } = this.#options;
    const role = line === 'returned' ? undefined : STAGE_TRAITS[line].workerRole;
    if (workers === undefined || role === undefined) return false;
    let count = 0;
    for (const { job, place } of this.#active.values())
      if (place === 'workers' && job.lane === lane && STAGE_TRAITS[job.stage].workerRole === role) count += 1;
    return count < workers.capacity(role);
  }

  async #execute(active: ActiveRun): Promise<void> {
    const { job } = active;
    const outcome = await this.#run(active);
    active.ending = true;
    this.#settlingCount += 1;
    try {
      const settling = this.#options.settle(job, outcome);
      if (this.#settlingCount <= MAX_SETTLING && this.#freeSlot(active)) this.#start();
      await settling;
    } catch (error) {
      this.#options.onError(job, error);
    } finally {
      this.#end(active);
    }
  }

  async #run(active: ActiveRun): Promise<JobOutcome<T>> {
    const { job, controller } = active;
    const onShare = (share: number) => {
      active.progress = share;
    };
    try {
      const outcome = await this.#options.run(job, onShare, controller.signal, active.place);
      return controller.signal.aborted ? { state: 'cancelled' } : outcome;
    } catch (error) {
      this.#options.onError(job, error);
      // The file itself may be fine, and a job that is offered again at once could fail forever.
      return { state: 'unavailable', reason: `The job stopped unexpectedly: ${messageOf(error)}` };
    }
  }

  /** Frees the slot of a run, after its rest. Returns false if it has none. */
  #freeSlot(active: ActiveRun): boolean {
    if (!active.hasSlot) return false;
    active.hasSlot = false;
    const { job, startedMs } = active;
    if (DERIVED_LINES.has(job.stage)) this.#derivedCount -= 1;
    else this.#rest(job.lane, this.#options.restMs(job.lane, this.#options.now() - startedMs));
    return true;
  }

  #end(active: ActiveRun): void {
    const { job } = active;
    this.#active.delete(job.key);
    this.#settlingCount -= 1;
    this.#freeSlot(active);
    const requeuedJob = this.#requeued.get(job.key);
    this.#requeued.delete(job.key);
    if (requeuedJob !== undefined && !this.#closed) this.#waiting.put(requeuedJob, this.#lineOf(requeuedJob));
    if (this.#active.size === 0) this.#onIdle?.();
    this.#start();
  }

  #rest(lane: JobLane, ms: number): void {
    if (ms <= 0 || this.#closed) {
      this.#busy[lane] -= 1;
      return;
    }
    const timer = setTimeout(() => {
      this.#rests.delete(timer);
      this.#busy[lane] -= 1;
      this.#start();
    }, ms);
    this.#rests.add(timer);
  }
}
