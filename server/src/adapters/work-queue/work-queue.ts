import { messageOf } from '../../base/message-of.ts';
import type { Settings } from '../../core/domain/settings.ts';
import type { JobOutcome } from '../../core/pipeline/job.ts';
import { STAGE_TRAITS } from '../../core/pipeline/stage-traits.ts';
import type { WorkTask } from '../../core/pipeline/work-task.ts';
import type { WorkerRole } from '../../core/pipeline/worker-role.ts';
import type { WorkerState } from '../../core/pipeline/worker-state.ts';
import type { TaskEvents, WorkQueue } from '../../ports/work-queue.ts';
import {
  ANNOUNCEMENT_ID,
  type Announcement,
  MESSAGE_VERSION,
  PARTIAL_SHELF,
  REPORT_SHELF,
  RESULT_SHELF,
  type TaskResult,
  toBeatMs,
  toQueueName,
  toRunId,
} from './messages.ts';
import { packMessage, unpackMessage } from './pack.ts';
import type { ShelfDocument, WorkTransport } from './transport.ts';
import { WorkerRoster } from './worker-roster.ts';

export interface WorkQueueOptions {
  readonly transport: WorkTransport;
  /** Identifies the library: equal after a restart of its daemon, and for no other library. */
  readonly library: string;
  readonly build: string;
  /** How long a worker may be silent before it counts as lost, ms. */
  readonly lostMs: number;
  /** Returns the settings that workers take over. */
  readonly settings: () => Partial<Settings>;
  /** Returns where workers may read media; undefined if they must reach the files themselves. */
  readonly mediaUrl: () => string | undefined;
  /** Monotonic time, ms. */
  readonly now: () => number;
  readonly onTrouble: (message: string) => void;
}

/** Interval of looking for results, ms, where the engine does not report them. */
const TICK_MS = 1000;
/** Number of workers that a task may end before it is refused. */
const MAX_LOSSES = 3;
/** Number of workers that may fail to reach the media before the daemon does the work itself. */
const MAX_UNREACHABLE = 3;
/** How long a job that workers returned stays with the daemon, ms. */
const RETURNED_MS = 600_000;
/** How long a result that nobody wants is kept, ms: the next daemon may plan its job. */
const ORPHAN_MS = 600_000;
/** Maximum number of cancelled tasks in an announcement to workers. */
const MAX_CANCELLED = 1000;

/** A task that workers are to do. */
interface Flight<T> {
  readonly task: WorkTask;
  readonly role: WorkerRole;
  readonly events: TaskEvents;
  readonly end: (outcome: JobOutcome<T>) => void;
  /** Consecutive checks at which the engine did not have the task. */
  missing: number;
  /** Workers that were lost while they ran the task, since rows of it were last saved. */
  losses: number;
  unreachable: number;
  /** Last number of saved rows, by worker. */
  readonly saves: Map<string, number>;
}

/** Creates the daemon's end of the queue. */
export function createWorkQueue<T>(options: WorkQueueOptions): WorkQueue<T> {
  return new DaemonQueue<T>(options);
}

class DaemonQueue<T> implements WorkQueue<T> {
  readonly #options: WorkQueueOptions;
  readonly #transport: WorkTransport;
  readonly #roster: WorkerRoster;
  readonly #flights = new Map<string, Flight<T>>();
  /** Ids of results and rows to erase once the index contains them, by key. */
  readonly #runIds = new Map<string, Set<string>>();
  /** When a result that nobody wants was first seen, by id. */
  readonly #orphans = new Map<string, number>();
  readonly #returned = new Map<string, number>();
  readonly #cancelled = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #beat = 0;
  #beatMs: number;
  #nextBeatMs = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #ageTimer: NodeJS.Timeout;
  #ticking = false;
  #pokedDuringTick = false;
  #closed = false;
  /** True once the results that an earlier daemon left are known. */
  #isReady = false;
  #rivalProblem: string | undefined;
  #reported: string | undefined;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#transport = options.transport;
    this.#roster = new WorkerRoster(options.lostMs, options.now);
    this.#beatMs = toBeatMs(options.lostMs);
    for (const shelf of [REPORT_SHELF, RESULT_SHELF]) this.#transport.onWrite(shelf, () => this.#poke());
    this.#ageTimer = setInterval(() => this.#age(), this.#beatMs);
    this.#ageTimer.unref();
    this.#poke();
  }

  capacity(role: WorkerRole): number {
    // A short loss of the connection changes nothing: workers count as alive until they were silent for too long.
    return this.#isReady && this.#rivalProblem === undefined ? this.#roster.capacity(role) : 0;
  }

  isReturned(key: string): boolean {
    return (this.#returned.get(key) ?? 0) > this.#options.now();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  workers(): readonly WorkerState[] {
    return this.#roster.states();
  }

  problem(): string | undefined {
    return this.#rivalProblem ?? this.#transport.problem();
  }

  run(task: WorkTask, events: TaskEvents, signal: AbortSignal): Promise<JobOutcome<T>> {
    const { key } = task.job;
    const role = STAGE_TRAITS[task.job.stage].workerRole;
    if (role === undefined || signal.aborted || this.#closed) return Promise.resolve({ state: 'cancelled' });
    return new Promise((resolve) => {
      const onAbort = () => {
        this.#withdraw(key);
      };
      const end = (outcome: JobOutcome<T>) => {
        this.#flights.delete(key);
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#cancelled.delete(key);
      const flight = { task, role, events, end, missing: 0, losses: 0, unreachable: 0, saves: new Map() };
      this.#flights.set(key, flight);
      // An earlier daemon may have offered it: its result is there, or a worker runs it. If not, `#repair` adds it.
      if (this.#runIds.has(key)) this.#poke();
      else if (!this.#roster.claimedKeys().has(key)) this.#put(flight);
    });
  }

  settled(key: string): void {
    const ids = this.#runIds.get(key) ?? [];
    this.#runIds.delete(key);
    for (const id of ids) {
      this.#orphans.delete(id);
      this.#send(() => this.#transport.erase(RESULT_SHELF, id));
      this.#send(() => this.#transport.erase(PARTIAL_SHELF, id));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#ageTimer);
    for (const { end } of [...this.#flights.values()]) end({ state: 'cancelled' });
    await this.#transport.close();
  }

  #put({ task, role }: Flight<T>): void {
    const isUrgent = task.job.lane === 'now';
    this.#send(async () => {
      const text = await packMessage(task);
      if (this.#flights.has(task.job.key))
        await this.#transport.put(toQueueName(role), { key: task.job.key, text }, isUrgent);
    });
  }

  /** Ends a task that nobody wants any more, or that no worker will do. */
  #withdraw(key: string): void {
    const flight = this.#flights.get(key);
    if (flight === undefined) return;
    this.#cancelled.add(key);
    const [oldest] = this.#cancelled;
    if (this.#cancelled.size > MAX_CANCELLED && oldest !== undefined) this.#cancelled.delete(oldest);
    this.#nextBeatMs = 0;
    this.#send(() => this.#transport.remove(toQueueName(flight.role), key));
    this.#poke();
    flight.end({ state: 'cancelled' });
  }

  /** Calls the engine without waiting for it. The next checks repair what a failed call left undone. */
  #send(call: () => Promise<void>): void {
    if (this.#closed) return;
    call().catch((error: unknown) => this.#report(error));
  }

  #report(error: unknown): void {
    const message = messageOf(error);
    if (this.#closed || message === this.#reported) return;
    this.#reported = message;
    this.#options.onTrouble(message);
  }

  #poke(): void {
    if (this.#closed) return;
    this.#pokedDuringTick = true;
    if (this.#ticking) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), 0);
  }

  /** Reads what workers wrote, and repairs what the engine lost. */
  async #tick(): Promise<void> {
    this.#ticking = true;
    this.#pokedDuringTick = false;
    try {
      const isBeat = this.#options.now() >= this.#nextBeatMs;
      await this.#readReports();
      if (isBeat && this.#rivalProblem === undefined) await this.#announce();
      await this.#readResults();
      this.#isReady = true;
      if (isBeat) await this.#repair();
      this.#roster.noteContact();
      this.#reported = undefined;
    } catch (error) {
      this.#report(error);
    }
    this.#ticking = false;
    if (this.#closed) return;
    this.#notify();
    const waitMs = this.#pokedDuringTick ? 0 : Math.min(TICK_MS, this.#beatMs);
    this.#timer = setTimeout(() => void this.#tick(), waitMs);
    this.#timer.unref();
  }

  async #announce(): Promise<void> {
    const { library, build, lostMs, settings, mediaUrl } = this.#options;
    this.#beat += 1;
    const announcement: Announcement = {
      version: MESSAGE_VERSION,
      library,
      beat: this.#beat,
      build,
      lostMs,
      settings: settings(),
      mediaUrl: mediaUrl(),
      cancelled: [...this.#cancelled],
    };
    await this.#transport.write(REPORT_SHELF, {
      id: ANNOUNCEMENT_ID,
      text: JSON.stringify(announcement),
    });
    this.#nextBeatMs = this.#options.now() + this.#beatMs;
  }

  async #readReports(): Promise<void> {
    const documents = await this.#transport.list(REPORT_SHELF);
    const announced = documents.find(({ id }) => id === ANNOUNCEMENT_ID);
    this.#rivalProblem = this.#roster.findRival(announced?.text, this.#options.library);
    const erased = this.#roster.update(documents);
    for (const id of erased) await this.#transport.erase(REPORT_SHELF, id);
    for (const { id, report } of this.#roster.live()) {
      for (const { key, share, saves } of report.running) {
        const flight = this.#flights.get(key);
        if (flight === undefined) continue;
        flight.events.onShare(share);
        if (saves > (flight.saves.get(id) ?? 0)) await this.#save(flight, id, saves);
      }
    }
  }

  async #save(flight: Flight<T>, workerId: string, saves: number): Promise<void> {
    const { key } = flight.task.job;
    const runId = toRunId(key, workerId);
    const text = await this.#transport.read(PARTIAL_SHELF, runId);
    if (text === undefined) return;
    flight.saves.set(workerId, saves);
    const rows = await this.#unpack<Parameters<TaskEvents['save']>[0]>(PARTIAL_SHELF, { id: runId, text });
    if (!Array.isArray(rows)) return;
    flight.losses = 0;
    this.#rememberRun(key, runId);
    if (this.#flights.get(key) === flight) await flight.events.save(rows);
  }

  #rememberRun(key: string, runId: string): void {
    const ids = this.#runIds.get(key) ?? new Set();
    this.#runIds.set(key, ids.add(runId));
  }

  async #readResults(): Promise<void> {
    for (const document of await this.#transport.list(RESULT_SHELF)) {
      const key = document.id.slice(0, document.id.indexOf('.'));
      const flight = this.#flights.get(key);
      this.#rememberRun(key, document.id);
      if (flight !== undefined) await this.#take(flight, document);
      else this.#forgetLater(document.id, key);
    }
  }

  async #take(flight: Flight<T>, { id, text }: ShelfDocument): Promise<void> {
    const { key } = flight.task.job;
    const result = await this.#unpack<TaskResult<T>>(RESULT_SHELF, { id, text });
    if (result === undefined || this.#flights.get(key) !== flight) return;
    const { outcome } = result;
    if (outcome.state !== 'unreachable') {
      // A copy that was added again meanwhile is not needed.
      this.#send(() => this.#transport.remove(toQueueName(flight.role), key));
      flight.end(outcome);
      return;
    }
    await this.#transport.erase(RESULT_SHELF, id);
    flight.unreachable += 1;
    if (flight.unreachable < MAX_UNREACHABLE) return;
    this.#options.onTrouble(`workers cannot read ${flight.task.job.uri}: ${outcome.reason}`);
    this.#returned.set(key, this.#options.now() + RETURNED_MS);
    this.#withdraw(key);
  }

  /** Reads a packed document. One that cannot be read is erased, and the task is done again. */
  async #unpack<M>(shelf: string, { id, text }: ShelfDocument): Promise<M | undefined> {
    try {
      return (await unpackMessage(text)) as M;
    } catch (error) {
      this.#report(error);
      await this.#transport.erase(shelf, id);
      return undefined;
    }
  }

  /** Erases a result that no offer asked for within ten minutes. */
  #forgetLater(id: string, key: string): void {
    const now = this.#options.now();
    const sinceMs = this.#orphans.get(id) ?? now;
    this.#orphans.set(id, sinceMs);
    if (now - sinceMs > ORPHAN_MS) this.settled(key);
  }

  /** Adds tasks again that neither the engine nor a worker has. */
  async #repair(): Promise<void> {
    const claimed = this.#roster.claimedKeys();
    for (const [key, flight] of [...this.#flights]) {
      const isKnown = claimed.has(key) || (await this.#transport.has(toQueueName(flight.role), key));
      flight.missing = isKnown ? 0 : flight.missing + 1;
      // A worker may have claimed it and not reported it yet.
      if (flight.missing < 2) continue;
      flight.missing = 0;
      this.#put(flight);
    }
  }

  /** Takes work back from workers that gave no sign of life. Runs also while the engine cannot be reached. */
  #age(): void {
    for (const { keys, isWorkerAtFault } of this.#roster.takeLost()) {
      for (const key of keys) {
        const flight = this.#flights.get(key);
        if (flight === undefined || !isWorkerAtFault) continue;
        flight.losses += 1;
        if (flight.losses < MAX_LOSSES) continue;
        this.#send(() => this.#transport.remove(toQueueName(flight.role), key));
        this.#cancelled.add(key);
        flight.end({ state: 'refused', failure: toPoisonFailure(flight) });
      }
    }
    for (const [key, { role }] of [...this.#flights]) if (this.capacity(role) === 0) this.#withdraw(key);
    this.#notify();
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function toPoisonFailure<T>({ task, losses }: Flight<T>) {
  return {
    kind: 'crashed',
    reason: `${losses} workers ended, one after the other, while they ran ${task.job.stage} on this file.`,
    remedy: 'Look at the logs of the workers. Then run "goldfish reindex" on this file.',
  } as const;
}
