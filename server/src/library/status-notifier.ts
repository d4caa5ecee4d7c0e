import type { Status } from '../../protocol/status.ts';

/** Status notifications at most so often, ms. */
const MIN_STATUS_INTERVAL_MS = 250;
/** Of a large library a status takes long to make: it is then made seldom enough to cost a thirtieth of the time. */
const STATUS_COST_FACTOR = 30;

/** Passes changes of the library on to those who listen; the status at intervals. */
export interface StatusNotifier {
  /** Returns what ends the subscription. */
  onStatus(listener: (status: Status) => void): () => void;
  onChange(listener: () => void): () => void;
  notifyChange(): void;
  close(): void;
}

export function createStatusNotifier(status: () => Status): StatusNotifier {
  const statusListeners = new Set<(status: Status) => void>();
  const changeListeners = new Set<() => void>();
  let timer: NodeJS.Timeout | undefined;
  let statusCostMs = 0;

  function notifyStatus(): void {
    timer = undefined;
    if (statusListeners.size === 0) return;
    const startedMs = performance.now();
    const latestStatus = status();
    statusCostMs = performance.now() - startedMs;
    for (const listener of statusListeners) listener(latestStatus);
  }

  return {
    onStatus(listener) {
      statusListeners.add(listener);
      return () => void statusListeners.delete(listener);
    },
    onChange(listener) {
      changeListeners.add(listener);
      return () => void changeListeners.delete(listener);
    },
    notifyChange() {
      for (const listener of changeListeners) listener();
      timer ??= setTimeout(notifyStatus, Math.max(MIN_STATUS_INTERVAL_MS, STATUS_COST_FACTOR * statusCostMs));
    },
    close: () => clearTimeout(timer),
  };
}
