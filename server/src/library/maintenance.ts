import type { Log } from '../base/log.ts';
import type { Store } from '../ports/store.ts';

/** Quiet time before the index is folded together, ms. */
const QUIET_MS = 3_000;
/** While work goes on the size is looked at so often, ms. */
const SIZE_INTERVAL_MS = 1_000;
/** Changes after which it is folded together even while work goes on: rows outside the index slow each question. */
const MAX_PENDING_CHANGES = 500;

export interface Maintenance {
  noteChange(busy: boolean): void;
  /** Size of the index when last looked at. */
  bytes(): number;
  close(): Promise<void>;
}

/** Optimises the store when it has grown and nothing is going on, and keeps its size at hand for the status. */
export async function createMaintenance(store: Store, log: Log): Promise<Maintenance> {
  const closing = new AbortController();
  let size = await store.bytes();
  let pending = 0;
  let timer: NodeJS.Timeout | undefined;
  let sizeTimer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function optimise(): Promise<void> {
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

  const startOptimise = () => {
    running ??= optimise();
  };
  const scheduleSizeCheck = () => {
    sizeTimer ??= setTimeout(async () => {
      size = await store.bytes().catch(() => size);
      sizeTimer = undefined;
    }, SIZE_INTERVAL_MS);
  };

  return {
    noteChange(busy) {
      pending += 1;
      scheduleSizeCheck();
      if (pending >= MAX_PENDING_CHANGES) startOptimise();
      clearTimeout(timer);
      if (!busy) timer = setTimeout(startOptimise, QUIET_MS);
    },
    bytes: () => size,
    async close() {
      clearTimeout(timer);
      clearTimeout(sizeTimer);
      closing.abort(new DOMException('The daemon is closing.', 'AbortError'));
      await running;
    },
  };
}
