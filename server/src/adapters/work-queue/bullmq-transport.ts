import { DelayedError, type Job, WaitingError } from 'bullmq';
import { findAddressSecrets, redactSecrets } from '../../base/redact-secrets.ts';
import {
  type BullEngine,
  type BullEvents,
  type BullQueue,
  type BullWorker,
  openBullEngine,
} from './bullmq-engine.ts';
import { type Kept, keepReady } from './keep-ready.ts';
import type { QueueAddress } from './queue-address.ts';
import type {
  ConsumeOptions,
  Consumer,
  DeliveredTask,
  Delivery,
  ShelfDocument,
  WorkTransport,
} from './transport.ts';
import { settledWithin } from './within.ts';

/** Delay of a task that a consumer returns for later, ms. */
const LATER_MS = 30_000;
/** BullMQ fails a task that stalled more often. The work queue counts losses itself. */
const MAX_STALLS = 1_000_000;
/** Orders tasks that are not urgent behind urgent ones, which have no priority number. */
const NORMAL_PRIORITY = 10;
/** How long to wait for BullMQ to close before its connections are cut, ms. */
const CLOSE_MS = 2000;

/** Opens a transport over BullMQ. Connecting goes on in the background, and again after each loss. */
export function openBullTransport(address: QueueAddress): WorkTransport {
  return new BullTransport(openBullEngine(address), findAddressSecrets(address.url));
}

class BullTransport implements WorkTransport {
  readonly #engine: BullEngine;
  /** Parts of the address that no message may repeat. */
  readonly #secrets: readonly string[];
  readonly #queues = new Map<string, Kept<BullQueue>>();
  readonly #workers = new Set<Kept<BullWorker>>();
  readonly #events: Kept<BullEvents>[] = [];

  constructor(engine: BullEngine, secrets: readonly string[]) {
    this.#engine = engine;
    this.#secrets = secrets;
  }

  async put(queue: string, { key, text }: DeliveredTask, isUrgent: boolean): Promise<void> {
    const tasks = await this.#queue(queue);
    // A task with this id would stay as it is. It cannot be removed while a consumer has it.
    await tasks.remove(key);
    const priority = isUrgent ? {} : { priority: NORMAL_PRIORITY };
    // A finished task that is kept would silently block its id.
    await tasks.add('task', text, { jobId: key, removeOnComplete: true, removeOnFail: true, ...priority });
  }

  async remove(queue: string, key: string): Promise<void> {
    await (await this.#queue(queue)).remove(key);
  }

  async has(queue: string, key: string): Promise<boolean> {
    const state = await (await this.#queue(queue)).getJobState(key);
    return state !== 'unknown' && state !== 'completed' && state !== 'failed';
  }

  async depth(queue: string): Promise<number> {
    return (await this.#queue(queue)).getJobCountByTypes('waiting', 'prioritized', 'delayed');
  }

  consume(queue: string, { width, lockMs, onTask }: ConsumeOptions): Consumer {
    const running = new Set<Promise<Delivery>>();
    const run = async (job: Job<string>, token?: string) => {
      const task = onTask({ key: job.id ?? '', text: job.data });
      running.add(task);
      const delivery = await task.finally(() => running.delete(task));
      if (delivery === 'back') {
        await job.moveToWait(token);
        throw new WaitingError();
      }
      if (delivery === 'later') {
        await job.moveToDelayed(Date.now() + LATER_MS, token);
        throw new DelayedError();
      }
    };
    const options = {
      concurrency: width,
      lockDuration: lockMs,
      stalledInterval: Math.max(500, Math.round(lockMs / 3)),
      maxStalledCount: MAX_STALLS,
    };
    let isHeld = false;
    const worker = keepReady(() => {
      const created = this.#engine.worker(queue, run, options);
      if (isHeld) void created.pause(true);
      return created;
    });
    this.#workers.add(worker);
    const waitForRunning = () => Promise.allSettled([...running]);
    return {
      setPaused: async (isPaused) => {
        isHeld = isPaused;
        if (isPaused) await worker.current().pause(true);
        else worker.current().resume();
      },
      close: async () => {
        const closing = worker.close();
        await Promise.race([closing, waitForRunning().then(() => settledWithin(CLOSE_MS, closing))]);
        this.#workers.delete(worker);
      },
    };
  }

  async write(shelf: string, { id, text }: ShelfDocument): Promise<void> {
    const documents = await this.#queue(shelf);
    const stored = await documents.getJob(id);
    try {
      if (stored !== undefined) return await stored.updateData(text);
    } catch {
      // It was erased meanwhile.
    }
    await documents.add('document', text, { jobId: id });
  }

  async read(shelf: string, id: string): Promise<string | undefined> {
    return (await (await this.#queue(shelf)).getJob(id))?.data;
  }

  async list(shelf: string): Promise<readonly ShelfDocument[]> {
    const stored = await (await this.#queue(shelf)).getJobs(['waiting']);
    this.#engine.noteContact();
    // A document that was erased meanwhile is missing from the list.
    return stored.flatMap((job) => (job?.id === undefined ? [] : [{ id: job.id, text: job.data }]));
  }

  async erase(shelf: string, id: string): Promise<void> {
    await (await this.#queue(shelf)).remove(id);
  }

  onWrite(shelf: string, listener: () => void): void {
    const open = () => {
      const events = this.#engine.events(shelf);
      events.on('waiting', listener);
      return events;
    };
    this.#events.push(keepReady(open));
  }

  problem(): string | undefined {
    const problem = this.#engine.problem();
    return problem && redactSecrets(problem, this.#secrets);
  }

  async close(): Promise<void> {
    const objects = [...this.#workers, ...this.#events, ...this.#queues.values()];
    // Closing waits for the engine, which may be gone for good.
    await settledWithin(CLOSE_MS, Promise.allSettled(objects.map((object) => object.close())));
    await settledWithin(CLOSE_MS, this.#engine.disconnect());
  }

  #queue(name: string): Promise<BullQueue> {
    const queue = this.#queues.get(name) ?? keepReady(() => this.#engine.queue(name));
    this.#queues.set(name, queue);
    return queue.ready;
  }
}
