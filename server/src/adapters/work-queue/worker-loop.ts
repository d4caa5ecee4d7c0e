import { messageOf } from '../../base/message-of.ts';
import type { WorkTask } from '../../core/pipeline/work-task.ts';
import type { WorkerRole } from '../../core/pipeline/worker-role.ts';
import type { TaskEvents, TaskOutcome } from '../../ports/work-queue.ts';
import {
  ANNOUNCEMENT_ID,
  type Announcement,
  MESSAGE_VERSION,
  PARTIAL_SHELF,
  REPORT_SHELF,
  RESULT_SHELF,
  type RunningTask,
  type TaskResult,
  toBeatMs,
  toQueueName,
  toRunId,
  WORKER_PREFIX,
  type WorkerReport,
} from './messages.ts';
import { packMessage, unpackMessage } from './pack.ts';
import type { Consumer, DeliveredTask, Delivery, ShelfDocument, WorkTransport } from './transport.ts';
import { settledWithin } from './within.ts';

export interface WorkerLoopOptions<T> {
  readonly transport: WorkTransport;
  /** Changes with each start of the worker. Neither a whole number nor with `:` or `.`. */
  readonly id: string;
  readonly host: string;
  readonly build: string;
  /** Tasks at a time, by role. */
  readonly roles: ReadonlyMap<WorkerRole, number>;
  /** Runs a task; never rejects. */
  readonly run: (task: WorkTask, events: TaskEvents, signal: AbortSignal) => Promise<TaskOutcome<T>>;
  /** Called with each announcement of the daemon, before tasks are taken. */
  readonly onAnnouncement: (announcement: Announcement) => void;
  /** Returns why this worker cannot serve a role now, such as a missing model; undefined if it can. */
  readonly findLack: (role: WorkerRole) => string | undefined;
  readonly onTrouble: (message: string) => void;
  /** Returns the load average per processor. */
  readonly load: () => number;
  /** Monotonic time, ms. */
  readonly now: () => number;
}

export interface WorkerLoop {
  /** Returns what the worker reports about itself. */
  report(): WorkerReport;
  /**
   * Takes no further tasks. Running ones get `graceMs` to end, and are given back after that. Resolves when none runs;
   * the transport is still open.
   */
  drain(graceMs: number): Promise<void>;
}

/** Interval of looking for the daemon before it has announced itself, ms. */
const WAIT_MS = 1000;
/** How long a role is left alone after its model was unavailable, ms. */
const PAUSE_MS = 60_000;
/** Shortest interval between two reports, ms. */
const REPORT_MS = 250;
/** Window of the pace, ms. */
const PACE_MS = 600_000;
/** How long the last report may take, ms. */
const REPORT_TIMEOUT_MS = 2000;
const MAX_ERRORS = 5;

interface ActiveTask {
  readonly task: WorkTask;
  readonly controller: AbortController;
  share: number;
  saves: number;
}

/** Takes tasks from the queue and runs them until drained. */
export function startWorkerLoop<T>(options: WorkerLoopOptions<T>): WorkerLoop {
  return new Loop<T>(options);
}

class Loop<T> implements WorkerLoop {
  readonly #options: WorkerLoopOptions<T>;
  readonly #consumers = new Map<WorkerRole, Consumer>();
  readonly #active = new Map<string, ActiveTask>();
  readonly #pauses = new Map<WorkerRole, { readonly reason: string; readonly timer: NodeJS.Timeout }>();
  readonly #paces: { readonly atMs: number; readonly mediaSeconds: number }[] = [];
  #errors: readonly string[] = [];
  #announcement: Announcement | undefined;
  #cancelled: ReadonlySet<string> = new Set();
  #beat = 0;
  #done = 0;
  #refused = 0;
  #isDraining = false;
  #timer: NodeJS.Timeout | undefined;
  #isBeating = false;
  #lastBeatMs = Number.NEGATIVE_INFINITY;
  readonly #startedMs: number;
  #trouble: string | undefined;

  constructor(options: WorkerLoopOptions<T>) {
    this.#options = options;
    this.#startedMs = options.now();
    options.transport.onWrite(REPORT_SHELF, () => {
      if (this.#announcement === undefined) this.#beatSoon();
    });
    this.#schedule(0);
  }

  report(): WorkerReport {
    const { host, build, roles, load } = this.#options;
    return {
      version: MESSAGE_VERSION,
      host,
      build,
      beat: this.#beat,
      isDraining: this.#isDraining,
      roles: [...roles].map(([role, width]) => ({ role, width, paused: this.#findPause(role) })),
      running: [...this.#active].map(([key, { task, share, saves }]): RunningTask => {
        const { stage, uri } = task.job;
        return { key, stage, uri, share, saves };
      }),
      done: this.#done,
      refused: this.#refused,
      mediaPace: this.#mediaPace(),
      load: load(),
      errors: this.#errors,
    };
  }

  async drain(graceMs: number): Promise<void> {
    this.#isDraining = true;
    this.#beatSoon();
    const grace = setTimeout(() => {
      for (const { controller } of this.#active.values())
        controller.abort(new Error('The worker is ending.'));
    }, graceMs);
    await Promise.allSettled([...this.#consumers.values()].map((consumer) => consumer.close()));
    clearTimeout(grace);
    clearTimeout(this.#timer);
    for (const { timer } of this.#pauses.values()) clearTimeout(timer);
    // The engine may be gone for good; the daemon then notices the silence.
    await settledWithin(REPORT_TIMEOUT_MS, this.#writeReport());
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#exchange(), ms);
  }

  /** Reports soon, so that the daemon learns who runs a task before it looks for it. */
  #beatSoon(): void {
    if (this.#isBeating) return;
    this.#schedule(Math.max(0, this.#lastBeatMs + REPORT_MS - this.#options.now()));
  }

  /** Reports to the daemon and reads its announcement. */
  async #exchange(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      await this.#writeReport();
      const text = await this.#options.transport.read(REPORT_SHELF, ANNOUNCEMENT_ID);
      if (text !== undefined) this.#takeAnnouncement(JSON.parse(text) as Announcement);
      this.#trouble = undefined;
    } catch (error) {
      this.#note(messageOf(error));
    }
    this.#isBeating = false;
    const lostMs = this.#announcement?.lostMs;
    this.#schedule(lostMs === undefined ? WAIT_MS : toBeatMs(lostMs));
  }

  async #writeReport(): Promise<void> {
    const { transport, id } = this.#options;
    this.#beat += 1;
    this.#lastBeatMs = this.#options.now();
    await transport.write(REPORT_SHELF, { id: `${WORKER_PREFIX}${id}`, text: JSON.stringify(this.report()) });
  }

  #takeAnnouncement(announcement: Announcement): void {
    const before = this.#announcement;
    if (announcement.version !== MESSAGE_VERSION) {
      this.#note(
        `The daemon runs Goldfish ${announcement.build}, this worker ${this.#options.build}. Install the same version.`,
      );
      return;
    }
    if (before !== undefined && before.lostMs !== announcement.lostMs)
      this.#note('work.lostSeconds has changed. Restart this worker.');
    this.#announcement = { ...announcement, lostMs: before?.lostMs ?? announcement.lostMs };
    this.#cancelled = new Set(announcement.cancelled);
    this.#options.onAnnouncement(announcement);
    for (const [key, { controller }] of this.#active)
      if (this.#cancelled.has(key)) controller.abort(new Error('The task was cancelled.'));
    if (!this.#isDraining) this.#startConsumers(this.#announcement.lostMs);
  }

  /** Returns why the worker takes no tasks of a role now; undefined if it does. */
  #findPause(role: WorkerRole): string | undefined {
    const isWaiting = this.#announcement === undefined;
    return (
      this.#pauses.get(role)?.reason ?? (isWaiting ? 'waits for the daemon' : this.#options.findLack(role))
    );
  }

  /** Takes tasks of each role that this worker can serve by now. */
  #startConsumers(lockMs: number): void {
    for (const [role, width] of this.#options.roles) {
      if (this.#consumers.has(role) || this.#options.findLack(role) !== undefined) continue;
      const onTask = (delivered: DeliveredTask) => this.#handle(role, delivered);
      this.#consumers.set(
        role,
        this.#options.transport.consume(toQueueName(role), { width, lockMs, onTask }),
      );
    }
  }

  async #handle(role: WorkerRole, { key, text }: DeliveredTask): Promise<Delivery> {
    if (this.#cancelled.has(key)) return 'done';
    if (this.#isDraining || this.#pauses.has(role)) return 'back';
    let task: WorkTask;
    try {
      task = (await unpackMessage(text)) as WorkTask;
    } catch (error) {
      // The daemon adds it again.
      this.#note(`A task cannot be read: ${messageOf(error)}`);
      return 'done';
    }
    const active: ActiveTask = { task, controller: new AbortController(), share: 0, saves: 0 };
    this.#active.set(key, active);
    this.#beatSoon();
    try {
      return await this.#execute(role, key, active);
    } finally {
      this.#active.delete(key);
      this.#beatSoon();
    }
  }

  async #execute(role: WorkerRole, key: string, active: ActiveTask): Promise<Delivery> {
    const { transport, id, run } = this.#options;
    const { task, controller } = active;
    const events: TaskEvents = {
      onShare: (share) => {
        active.share = share;
      },
      save: async (rows) => {
        await transport.write(PARTIAL_SHELF, { id: toRunId(key, id), text: await packMessage(rows) });
        active.saves += 1;
        this.#beatSoon();
      },
    };
    const outcome = await run(task, events, controller.signal);
    if (outcome.state === 'cancelled') return this.#cancelled.has(key) ? 'done' : 'back';
    if (outcome.state === 'unavailable') {
      this.#pause(role, outcome.reason);
      return 'back';
    }
    this.#count(task, outcome);
    const result: TaskResult<T> = { key, outcome };
    await this.#deliver({ id: toRunId(key, id), text: await packMessage(result) });
    return outcome.state === 'unreachable' ? 'later' : 'done';
  }

  /** Stores a result. While the engine cannot be reached, it is kept and stored later: the work was done. */
  async #deliver(document: ShelfDocument): Promise<void> {
    for (;;) {
      try {
        return await this.#options.transport.write(RESULT_SHELF, document);
      } catch (error) {
        this.#note(messageOf(error));
        if (this.#isDraining) throw error;
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    }
  }

  #count({ record }: WorkTask, outcome: TaskOutcome<T>): void {
    if (outcome.state === 'refused') this.#refused += 1;
    if (outcome.state === 'unreachable') this.#note(outcome.reason);
    if (outcome.state !== 'ok') return;
    this.#done += 1;
    this.#paces.push({ atMs: this.#options.now(), mediaSeconds: record.probe.durationMs / 1000 });
  }

  #mediaPace(): number {
    const now = this.#options.now();
    const fromMs = Math.max(this.#startedMs, now - PACE_MS);
    while (this.#paces[0] !== undefined && this.#paces[0].atMs < fromMs) this.#paces.shift();
    const seconds = this.#paces.reduce((sum, { mediaSeconds }) => sum + mediaSeconds, 0);
    return now > fromMs ? (seconds * 1000) / (now - fromMs) : 0;
  }

  /** Leaves a role to other workers for a minute. */
  #pause(role: WorkerRole, reason: string): void {
    if (this.#pauses.has(role) || this.#isDraining) return;
    this.#note(`${role}: ${reason}`);
    const consumer = this.#consumers.get(role);
    const timer = setTimeout(() => {
      this.#pauses.delete(role);
      consumer?.setPaused(false).catch((error: unknown) => this.#note(messageOf(error)));
      this.#beatSoon();
    }, PAUSE_MS);
    timer.unref();
    this.#pauses.set(role, { reason, timer });
    consumer?.setPaused(true).catch((error: unknown) => this.#note(messageOf(error)));
    this.#beatSoon();
  }

  #note(message: string): void {
    if (message === this.#trouble) return;
    this.#trouble = message;
    this.#errors = [message, ...this.#errors].slice(0, MAX_ERRORS);
    this.#options.onTrouble(message);
  }
}
