import type { Log } from '../base/log.ts';
import type { Store } from '../ports/store.ts';

/** Quiet time before the index is folded together, ms. */
const QUIET_MS = 3_000;
/** While work goes on the size is looked at so often, ms. */
const WEIGH_MS = 1_000;
/** Changes after which it is folded together even while work goes on: rows outside the index slow each question. */
const MANY = 500;

export interface Tidy {
  noteChange(busy: boolean): void;
  /** Size of the index when last looked at. */
  bytes(): number;
  close(): Promise<void>;
}

/** Optimises the store when it has grown and nothing is going on, and keeps its size at hand for the status. */
export async function createTidy(store: Store, log: Log): Promise<Tidy> {
  const closing = new AbortController();
  let size = await store.bytes();
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  let weighing: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function tidy(): Promise<void> {
    pending = 0;
    try {
      await store.optimize(closing.signal);
      size = await store.bytes();
    } catch (error) {
      if (!closing.signal.aborted) log.warn('optimize failed', { error: String(error) });
    } finally {
      running = undefined;
    }
  }

  const start = () => {
    running ??= tidy();
  };
  const weigh = () => {
    weighing ??= setTimeout(async () => {
      size = await store.bytes().catch(() => size);
      weighing = undefined;
    }, WEIGH_MS);
  };

  return {
    noteChange(busy) {
      pending += 1;
      weigh();
      if (pending >= MANY) start();
      clearTimeout(timer);
      if (!busy) timer = setTimeout(start, QUIET_MS);
    },
    bytes: () => size,
    async close() {
      clearTimeout(timer);
      clearTimeout(weighing);
      closing.abort(new DOMException('The daemon is closing.', 'AbortError'));
      await running;
    },
  };
}
