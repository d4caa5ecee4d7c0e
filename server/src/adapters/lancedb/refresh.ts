import { type IndexHandle, type OpenIndex, showNewestVersion } from './index-handle.ts';
import { toStoreError } from './store-errors.ts';

export interface RefreshOptions {
  /** Opens all tables at their newest version. */
  readonly open: () => Promise<Pick<OpenIndex, 'tables' | 'vectors'>>;
  readonly intervalMs: number;
}

export interface Refresh {
  readonly onRefresh: (listener: () => void) => void;
  close(): Promise<void>;
}

/** Part of the time that a reader spends on refreshing at most: reading all records of a large index takes long. */
const MAX_BUSY_SHARE = 0.1;

/**
 * Shows what another process writes. Each write ends in the tables `videos` or `copies`, so their versions tell whether
 * there is anything new. Between two looks all tables stay at the versions that were opened together.
 */
export async function startRefreshing(handle: IndexHandle, options: RefreshOptions): Promise<Refresh> {
  const { db } = handle.index;
  const probes = await Promise.all(['videos', 'copies'].map((name) => db.openTable(name)));
  const listeners = new Set<() => void>();
  const readVersions = async () => {
    await Promise.all(probes.map((table) => table.checkoutLatest()));
    return (await Promise.all(probes.map((table) => table.version()))).join();
  };
  let shownVersions = await readVersions();
  let running: Promise<void> | undefined;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(isForced: boolean): Promise<void> {
    const versions = await readVersions();
    if (isClosed || (versions === shownVersions && !isForced)) return;
    await showNewestVersion(handle, options.open);
    shownVersions = versions;
    for (const listener of listeners) listener();
  }
  const refreshOnce = (isForced: boolean) => {
    running ??= refresh(isForced).finally(() => {
      running = undefined;
    });
    return running;
  };
  const schedule = (delayMs: number) => {
    timer = setTimeout(async () => {
      const startedMs = performance.now();
      await refreshOnce(false).catch((error: unknown) =>
        handle.log(toStoreError(error, 'reading', handle.folder).message),
      );
      const busyMs = performance.now() - startedMs;
      if (!isClosed) schedule(Math.max(options.intervalMs, busyMs / MAX_BUSY_SHARE));
    }, delayMs);
    timer.unref();
  };
  // A version that was opened long ago may be gone.
  handle.refresh = () => refreshOnce(true);
  schedule(options.intervalMs);
  return {
    onRefresh: (listener) => void listeners.add(listener),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await running?.catch(() => undefined);
      for (const table of probes) table.close();
    },
  };
}
