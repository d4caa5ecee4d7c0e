import type {
  ConsumeOptions,
  Consumer,
  DeliveredTask,
  ShelfDocument,
  WorkTransport,
} from '../../server/src/adapters/work-queue/transport.ts';

interface StoredTask extends DeliveredTask {
  readonly isUrgent: boolean;
}

interface MemoryConsumer {
  readonly options: ConsumeOptions;
  isPaused: boolean;
  isClosed: boolean;
  readonly running: Set<Promise<void>>;
}

/** A queue engine in memory. Several transports share it, as processes share a server. */
export class MemoryEngine {
  readonly #waiting = new Map<string, StoredTask[]>();
  readonly #taken = new Map<string, Set<string>>();
  readonly #shelves = new Map<string, Map<string, string>>();
  readonly #consumers = new Map<string, MemoryConsumer[]>();
  readonly #listeners = new Map<string, Set<() => void>>();

  /** Loses everything, as a flush or a restart without persistence does. Consumers keep what they run. */
  flush(): void {
    this.#waiting.clear();
    this.#taken.clear();
    this.#shelves.clear();
  }

  connect(): WorkTransport {
    const own: Consumer[] = [];
    return {
      put: async (queue, task, isUrgent) => {
        if (this.#takenOf(queue).has(task.key)) return;
        const others = this.#waitingOf(queue).filter(({ key }) => key !== task.key);
        const stored = { ...task, isUrgent };
        const urgentCount = others.filter((other) => other.isUrgent).length;
        others.splice(isUrgent ? urgentCount : others.length, 0, stored);
        this.#waiting.set(queue, others);
        this.#deliver(queue);
      },
      remove: async (queue, key) => {
        this.#waiting.set(
          queue,
          this.#waitingOf(queue).filter((task) => task.key !== key),
        );
      },
      has: async (queue, key) =>
        this.#takenOf(queue).has(key) || this.#waitingOf(queue).some((task) => task.key === key),
      depth: async (queue) => this.#waitingOf(queue).length,
      consume: (queue, options) => {
        const consumer = this.#consume(queue, options);
        own.push(consumer);
        return consumer;
      },
      write: async (shelf, { id, text }) => {
        const documents = this.#shelf(shelf);
        const isNew = !documents.has(id);
        documents.set(id, text);
        if (isNew) for (const listener of this.#listeners.get(shelf) ?? []) setImmediate(listener);
      },
      read: async (shelf, id) => this.#shelf(shelf).get(id),
      list: async (shelf) => [...this.#shelf(shelf)].map(([id, text]): ShelfDocument => ({ id, text })),
      erase: async (shelf, id) => {
        this.#shelf(shelf).delete(id);
      },
      onWrite: (shelf, listener) => {
        const listeners = this.#listeners.get(shelf) ?? new Set();
        this.#listeners.set(shelf, listeners.add(listener));
        if (this.#shelf(shelf).size > 0) listener();
      },
      problem: () => undefined,
      close: async () => {
        await Promise.all(own.map((consumer) => consumer.close()));
      },
    };
  }

  #consume(queue: string, options: ConsumeOptions): Consumer {
    const consumer: MemoryConsumer = { options, isPaused: false, isClosed: false, running: new Set() };
    this.#consumers.set(queue, [...(this.#consumers.get(queue) ?? []), consumer]);
    this.#deliver(queue);
    return {
      setPaused: async (isPaused) => {
        consumer.isPaused = isPaused;
        this.#deliver(queue);
      },
      close: async () => {
        consumer.isClosed = true;
        await Promise.all(consumer.running);
      },
    };
  }

  #deliver(queue: string): void {
    for (const consumer of this.#consumers.get(queue) ?? []) {
      while (!consumer.isPaused && !consumer.isClosed && consumer.running.size < consumer.options.width) {
        const task = this.#waitingOf(queue).shift();
        if (task === undefined) return;
        this.#takenOf(queue).add(task.key);
        const run = this.#run(queue, consumer, task).finally(() => {
          consumer.running.delete(run);
          this.#deliver(queue);
        });
        consumer.running.add(run);
      }
    }
  }

  async #run(queue: string, { options }: MemoryConsumer, task: StoredTask): Promise<void> {
    const delivery = await options.onTask(task);
    const isOurs = this.#takenOf(queue).delete(task.key);
    // `later` waits for nobody here: the next consumer gets it after those that wait.
    if (isOurs && delivery !== 'done') this.#waitingOf(queue).push(task);
  }

  #waitingOf(queue: string): StoredTask[] {
    const tasks = this.#waiting.get(queue) ?? [];
    this.#waiting.set(queue, tasks);
    return tasks;
  }

  #takenOf(queue: string): Set<string> {
    const taken = this.#taken.get(queue) ?? new Set();
    this.#taken.set(queue, taken);
    return taken;
  }

  #shelf(name: string): Map<string, string> {
    const shelf = this.#shelves.get(name) ?? new Map();
    this.#shelves.set(name, shelf);
    return shelf;
  }
}
