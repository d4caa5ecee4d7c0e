import type { WorkerRole } from '../../core/pipeline/worker-role.ts';
import type { WorkerState } from '../../core/pipeline/worker-state.ts';
import { type Announcement, MESSAGE_VERSION, WORKER_PREFIX, type WorkerReport } from './messages.ts';
import type { ShelfDocument } from './transport.ts';

/** A worker as the daemon knows it. Clocks of other machines are not compared: only the daemon's own counts. */
interface KnownWorker {
  readonly report: WorkerReport;
  /** When the beat last changed, monotonic ms. */
  readonly seenMs: number;
}

/** Work of a worker that gave no sign of life. */
export interface LostWork {
  readonly keys: readonly string[];
  /** False if the engine could not be reached meanwhile, so that the worker may be fine. */
  readonly isWorkerAtFault: boolean;
}

/** Tasks in advance per task that runs, so that a worker never waits for the daemon. */
const TASKS_PER_SLOT = 2;
/** Most tasks of a role with workers at a time. */
const MAX_TASKS = 400;

/** Keeps what the workers report. */
export class WorkerRoster {
  readonly #lostMs: number;
  readonly #now: () => number;
  readonly #workers = new Map<string, KnownWorker>();
  /** Ids of workers that count as lost, with the last beat seen. */
  readonly #lost = new Map<string, number>();
  #contactMs: number;
  #rival: { readonly beat: number; readonly seenMs: number } | undefined;

  constructor(lostMs: number, now: () => number) {
    this.#lostMs = lostMs;
    this.#now = now;
    this.#contactMs = now();
  }

  /** Notes that the engine answered. */
  noteContact(): void {
    this.#contactMs = this.#now();
  }

  /**
   * Takes over the reports of all workers. Returns ids of reports to erase: of workers that have ended or are lost. A
   * report that is missing changes nothing: after a flush, its worker writes it again.
   */
  update(documents: readonly ShelfDocument[]): readonly string[] {
    const now = this.#now();
    const erasable: string[] = [];
    for (const { id, text } of documents) {
      if (!id.startsWith(WORKER_PREFIX)) continue;
      const report = parse<WorkerReport>(text);
      const hasEnded = report?.isDraining === true && report.running.length === 0;
      if (report === undefined || hasEnded || this.#lost.get(id) === report.beat) {
        erasable.push(id);
        this.#workers.delete(id);
        continue;
      }
      this.#lost.delete(id);
      const known = this.#workers.get(id);
      const seenMs = known?.report.beat === report.beat ? known.seenMs : now;
      this.#workers.set(id, { report, seenMs });
    }
    return erasable;
  }

  /** Removes workers that gave no sign of life for too long, and returns their work. */
  takeLost(): readonly LostWork[] {
    const now = this.#now();
    const lost: LostWork[] = [];
    for (const [id, { report, seenMs }] of [...this.#workers]) {
      if (now - seenMs <= this.#lostMs) continue;
      this.#workers.delete(id);
      this.#lost.set(id, report.beat);
      // The engine answered while the worker was silent, so its connection was not at fault.
      const isWorkerAtFault = this.#contactMs - seenMs > this.#lostMs / 2;
      lost.push({ keys: report.running.map(({ key }) => key), isWorkerAtFault });
    }
    return lost;
  }

  capacity(role: WorkerRole): number {
    let slots = 0;
    for (const { report } of this.live()) {
      if (report.isDraining || report.version !== MESSAGE_VERSION) continue;
      for (const each of report.roles)
        if (each.role === role && each.paused === undefined) slots += each.width;
    }
    return Math.min(MAX_TASKS, slots * TASKS_PER_SLOT);
  }

  /** Returns the workers that count as alive. */
  live(): readonly { readonly id: string; readonly report: WorkerReport }[] {
    return [...this.#workers].map(([id, { report }]) => ({ id: id.slice(WORKER_PREFIX.length), report }));
  }

  /** Returns the keys of tasks that live workers say they run. */
  claimedKeys(): ReadonlySet<string> {
    return new Set(this.live().flatMap(({ report }) => report.running.map(({ key }) => key)));
  }

  states(): readonly WorkerState[] {
    const now = this.#now();
    return [...this.#workers].map(([id, { report, seenMs }]) => ({
      id: id.slice(WORKER_PREFIX.length),
      host: report.host,
      version: report.build,
      state: toState(report, now - seenMs > this.#lostMs / 2),
      roles: report.roles,
      running: report.running.map(({ stage, uri, share }) => ({ stage, uri, share })),
      done: report.done,
      refused: report.refused,
      mediaPace: report.mediaPace,
      load: report.load,
      errors: report.errors,
    }));
  }

  /** Returns a problem if the daemon of another library uses the same queue: their results would mix. */
  findRival(text: string | undefined, library: string): string | undefined {
    const announcement = text === undefined ? undefined : parse<Announcement>(text);
    if (announcement === undefined || announcement.library === library) {
      this.#rival = undefined;
      return undefined;
    }
    const now = this.#now();
    const { beat } = announcement;
    if (this.#rival?.beat !== beat) this.#rival = { beat, seenMs: now };
    if (now - this.#rival.seenMs > this.#lostMs) return undefined;
    return 'The daemon of another library uses this queue. Give each library a queue of its own, for example another database number.';
  }
}

function toState(report: WorkerReport, isSilent: boolean): WorkerState['state'] {
  if (isSilent) return 'silent';
  if (report.isDraining) return 'draining';
  return report.running.length > 0 ? 'working' : 'idle';
}

/** Parses a document. Returns undefined if it is none of ours. */
function parse<T extends { readonly beat: number }>(text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'beat' in value ? (value as T) : undefined;
  } catch {
    return undefined;
  }
}
