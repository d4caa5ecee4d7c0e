import type { Settings } from '../../core/domain/settings.ts';
import type { Stage } from '../../core/domain/stage.ts';
import type { WorkerRole } from '../../core/pipeline/worker-role.ts';
import type { TaskOutcome } from '../../ports/work-queue.ts';

/** Version of these messages. A worker and a daemon of different versions do not work together. */
export const MESSAGE_VERSION = 1;

/** Shelf of the daemon's announcement and of the workers' reports. */
export const REPORT_SHELF = 'reports';
/** Shelf of results that the index does not contain yet. */
export const RESULT_SHELF = 'results';
/** Shelf of the rows of unfinished tasks. */
export const PARTIAL_SHELF = 'partials';
/** Id of the daemon's announcement. */
export const ANNOUNCEMENT_ID = 'daemon';
/** Prefix of the ids of workers' reports. */
export const WORKER_PREFIX = 'worker-';

/** Returns the queue of a role. */
export const toQueueName = (role: WorkerRole): string => `tasks-${role}`;

/** Returns the id of the rows or of the result that one worker made of one task. */
export const toRunId = (key: string, workerId: string): string => `${key}.${workerId}`;

/** Settings that workers take over from the daemon. */
export type WorkerSettings = Partial<Settings>;

/** What the daemon tells all workers. It is repeated with the next `beat`, as a sign of life. */
export interface Announcement {
  readonly version: number;
  /** Identifies the library. */
  readonly library: string;
  readonly beat: number;
  readonly build: string;
  /** How long a worker may be silent before it counts as lost, ms. */
  readonly lostMs: number;
  readonly settings: WorkerSettings;
  /** Where the daemon serves media; missing if it does not. */
  readonly mediaUrl?: string | undefined;
  /** Keys of tasks that nobody wants any more. */
  readonly cancelled: readonly string[];
}

/** A task that a worker runs. */
export interface RunningTask {
  readonly key: string;
  readonly stage: Stage;
  readonly uri: string;
  /** Completed share, 0..1. */
  readonly share: number;
  /** How often rows were put on the shelf. */
  readonly saves: number;
}

/** What a worker tells the daemon. It is repeated with the next `beat`, as a sign of life. */
export interface WorkerReport {
  readonly version: number;
  readonly host: string;
  readonly build: string;
  readonly beat: number;
  readonly isDraining: boolean;
  readonly roles: readonly {
    readonly role: WorkerRole;
    readonly width: number;
    /** Why the worker takes no tasks of the role now. */
    readonly paused?: string | undefined;
  }[];
  readonly running: readonly RunningTask[];
  readonly done: number;
  readonly refused: number;
  /** Seconds of video per second, over the last ten minutes. */
  readonly mediaPace: number;
  /** Load average per processor. */
  readonly load: number;
  /** Newest first. */
  readonly errors: readonly string[];
}

/** What a worker puts on the result shelf. */
export interface TaskResult<T> {
  readonly key: string;
  readonly outcome: Exclude<TaskOutcome<T>, { state: 'cancelled' | 'unavailable' }>;
}

/** Returns how often the daemon and workers give a sign of life, ms. */
export function toBeatMs(lostMs: number): number {
  return Math.max(100, Math.round(lostMs / 6));
}
