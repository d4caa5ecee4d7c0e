import type { Log } from '../base/log.ts';
import type { Store } from '../ports/store.ts';

/** Sets the idle time before the index is optimised, in ms. */
const QUIET_MS = 3_000;
/** Sets the interval at which the index size is measured during work, in ms. */
const SIZE_INTERVAL_MS = 5_000;

export interface Maintenance {
  /** Call it after each change. During work the store optimises itself, by the rows that were written. */
  noteChange(busy: boolean): void;
  /** The size of the index when last measured. */
  bytes(): number;
  close(): Promise<void>;
}

/** Optimises the store after changes, when the daemon is idle. Keeps the size of the index for the status. */
export async function createMaintenance(store: Store, log: Log): Promise<Maintenance> {
  const closing = new AbortController();
  let size = await store.bytes();
  let timer: NodeJS.Timeout | undefined;
  let sizeTimer: NodeJS.Timeout | undefined;
  let runningMaintenance: Promise<void> | undefined;

  async function optimise(): Promise<void> {
    try {
      await store.optimize(closing.signal);
      size = await store.bytes();
    } catch (error) {
      if (!closing.signal.aborted) log.warn('optimize failed', { error: String(error) });
    } finally {
      runningMaintenance = undefined;
    }
  }

  const startOptimise = () => {
    runningMaintenance ??= optimise();
  };
  const scheduleSizeCheck = () => {
    sizeTimer ??= setTimeout(async () => {
      size = await store.bytes().catch(() => size);
      sizeTimer = undefined;
    }, SIZE_INTERVAL_MS);
  };

  return {
    noteChange(busy) {
      scheduleSizeCheck();
      clearTimeout(timer);
      if (!busy) timer = setTimeout(startOptimise, QUIET_MS);
    },
    bytes: () => size,
    async close() {
      clearTimeout(timer);
      clearTimeout(sizeTimer);
      closing.abort(new DOMException('The daemon is shutting down.', 'AbortError'));
      await runningMaintenance;
    },
  };
}
