/** A task as a consumer receives it. */
export interface DeliveredTask {
  readonly key: string;
  readonly text: string;
}

/**
 * What becomes of a delivered task. `done`: it is removed. `back`: it waits again. `later`: it waits again after a
 * delay.
 */
export type Delivery = 'done' | 'back' | 'later';

export interface ConsumeOptions {
  /** Number of tasks at a time. */
  readonly width: number;
  /** How long a task stays with a consumer that shows no sign of life, ms. Equal for all consumers of a queue. */
  readonly lockMs: number;
  /** Called for each task; never rejects. */
  readonly onTask: (task: DeliveredTask) => Promise<Delivery>;
}

export interface Consumer {
  /** Takes no further tasks until resumed. */
  setPaused(isPaused: boolean): Promise<void>;
  /** Takes no further tasks and resolves when all of its tasks have ended. */
  close(): Promise<void>;
}

/** A small document on a shelf of the engine. */
export interface ShelfDocument {
  readonly id: string;
  readonly text: string;
}

/**
 * What the work queue needs of a queue engine. Tasks wait in queues; a task may be delivered more than once. Documents
 * lie on shelves. Ids are neither whole numbers nor contain `:`. Everything may vanish at any time. Calls wait while
 * the engine cannot be reached.
 */
export interface WorkTransport {
  /** Adds a task, or replaces one that waits. Changes nothing while a consumer has it. */
  put(queue: string, task: DeliveredTask, isUrgent: boolean): Promise<void>;
  /** Removes a task unless a consumer has it. */
  remove(queue: string, key: string): Promise<void>;
  /** Returns whether a task waits or a consumer has it. */
  has(queue: string, key: string): Promise<boolean>;
  /** Returns the number of tasks that wait. */
  depth(queue: string): Promise<number>;
  consume(queue: string, options: ConsumeOptions): Consumer;
  /** Stores a document, replacing one with the same id. */
  write(shelf: string, document: ShelfDocument): Promise<void>;
  read(shelf: string, id: string): Promise<string | undefined>;
  list(shelf: string): Promise<readonly ShelfDocument[]>;
  erase(shelf: string, id: string): Promise<void>;
  /**
   * Calls the listener soon after a new document lies on a shelf, and for those that lie there already. Saves time only:
   * calls may be missing after the engine lost its data.
   */
  onWrite(shelf: string, listener: () => void): void;
  /** Returns why the engine cannot be reached now; undefined if it can, or if that is not known yet. */
  problem(): string | undefined;
  /** Ends the connections, also while the engine cannot be reached. Pending calls reject. */
  close(): Promise<void>;
}
