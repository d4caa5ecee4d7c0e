import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { INDEX_RUN_HOLDER, isWithin } from '../core/library/reconcile-file.ts';
import type { FolderRule } from '../ports/disk.ts';
import type { WriteBatch } from '../ports/store.ts';
import type { CatalogueView } from './catalogue.ts';
import { changeToBatch } from './change-to-batch.ts';
import { addWatchEntry, scanScopes, scheduleScan } from './folder-scanner.ts';
import { isUnread } from './missing-drives.ts';
import {
  createWatchState,
  enqueueTask,
  type FolderWatcherOptions,
  folderScope,
  indexRunScope,
  toWatchedFolder,
  type WatchEntry,
  type WatchedFolder,
  type WatchState,
} from './watch-state.ts';

export interface FolderWatcher {
  list(): readonly WatchedFolder[];
  /**
   * Persists the folder and watches it; a known URI gets the new rules. Resolves after the first scan. `onWritten` is
   * called during it, with the number of changes just written.
   */
  add(rule: FolderRule, signal: AbortSignal, onWritten?: (changes: number) => void): Promise<void>;
  /** Removes the folder and the copies held only by it, or by an `index` run below it. Returns false if there are none. */
  remove(uri: Uri): Promise<boolean>;
  /** Scans a file or folder once for an `index` run. */
  scanOnce(uri: Uri, signal: AbortSignal): Promise<void>;
  /** Scans a watched folder again. */
  refresh(uri: Uri): void;
  /** Returns whether the media of a copy can be read now. */
  online(copy: VideoFile): boolean;
  /** Reports that a file was missing when it was to be read. It is not read before the next scan. */
  reportMissing(uri: Uri): void;
  /** Returns why the last scan failed; undefined if it succeeded. Failed scans are repeated automatically. */
  lastError(): unknown;
  start(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Keeps the catalogue in step with the disk. All scans go through one queue, so that a move between two folders is
 * recognised as one.
 */
export function createFolderWatcher(options: FolderWatcherOptions): FolderWatcher {
  const watch = createWatchState(options);
  const { entries, closing } = watch;
  const scanNow = (
    scope: ReturnType<typeof folderScope>,
    signal: AbortSignal,
    onWritten?: (changes: number) => void,
  ) =>
    enqueueTask(watch, () =>
      scanScopes(watch, [scope], AbortSignal.any([signal, closing.signal]), onWritten),
    );
  return {
    list: () => [...entries.values()].map(toWatchedFolder),
    async add(rule, signal, onWritten) {
      addWatchEntry(watch, rule);
      await saveRules(watch);
      await scanNow(folderScope(rule), signal, onWritten);
    },
    remove: (uri) => removeFolder(watch, uri),
    scanOnce: (uri, signal) => scanNow(indexRunScope(uri), signal),
    refresh(uri) {
      const entry = entries.get(uri);
      if (entry !== undefined) scheduleScan(watch, folderScope(entry.rule));
    },
    online(copy) {
      if (watch.missingUris.has(copy.uri)) return false;
      let isWatched = false;
      let canBeOffline = false;
      for (const entry of watch.entries.values()) canBeOffline ||= hasUnreadable(entry);
      if (!canBeOffline) return true;
      for (const entry of watch.entries.values()) {
        if (!isWithin(copy.uri, entry.rule.uri)) continue;
        if (isReadable(entry, copy)) return true;
        isWatched = true;
      }
      return !isWatched;
    },
    reportMissing(uri) {
      watch.missingUris.add(uri);
      const parents = entriesAbove(watch, uri);
      for (const { rule } of parents) scheduleScan(watch, folderScope(rule));
      if (parents.length === 0) scheduleScan(watch, indexRunScope(uri));
    },
    lastError: () => watch.lastError,
    async start() {
      const rules = await watch.list.load();
      for (const rule of rules) addWatchEntry(watch, rule);
      for (const rule of rules) scheduleScan(watch, folderScope(rule));
    },
    async close() {
      closing.abort(new DOMException('The daemon is closing.', 'AbortError'));
      clearTimeout(watch.scanTimer);
      clearTimeout(watch.unreadTimer);
      clearTimeout(watch.recordingTimer);
      for (const { controller } of entries.values()) controller.abort();
      await watch.queueEnd;
    },
  };
}

/** Returns whether a file of a folder can be offline. Asked first, because it is seldom so. */
function hasUnreadable({ state, unread }: WatchEntry): boolean {
  return state === 'offline' || unread.length > 0;
}

/** Returns whether a file was readable at the last scan. */
function isReadable({ state, unread }: WatchEntry, copy: VideoFile): boolean {
  return state !== 'offline' && !isUnread(copy, unread);
}

/** Returns the watched folders that a path lies in. */
function entriesAbove({ entries }: WatchState, uri: Uri): readonly WatchEntry[] {
  return [...entries.values()].filter(({ rule }) => isWithin(uri, rule.uri));
}

function saveRules({ list, entries }: WatchState): Promise<void> {
  return list.save([...entries.values()].map(({ rule }) => rule));
}

async function removeFolder(watch: WatchState, uri: Uri): Promise<boolean> {
  const { entries, catalogue } = watch;
  const entry = entries.get(uri);
  const holder = entry === undefined ? INDEX_RUN_HOLDER : uri;
  const keptCopies = catalogue.under(uri).filter((copy) => copy.holders.includes(holder));
  if (entry === undefined && keptCopies.length === 0) return false;
  entry?.controller.abort();
  entries.delete(uri);
  await saveRules(watch);
  const release = ({ uri: copyUri }: VideoFile) =>
    catalogue.change((view) => toReleaseBatch(view.copy(copyUri), holder, view));
  const writtenBatches = await enqueueTask(watch, () => Promise.all(keptCopies.map(release)));
  watch.onTouched(new Set(writtenBatches.flatMap((ids) => [...ids])));
  watch.onChange();
  return true;
}

/** Returns the writes that remove a holder from a copy, or the copy if it was the last one. */
function toReleaseBatch(
  copy: VideoFile | undefined,
  holder: string,
  view: CatalogueView,
): WriteBatch | undefined {
  if (copy === undefined) return undefined;
  const holders = copy.holders.filter((name) => name !== holder);
  if (holders.length > 0) return { copies: [{ ...copy, holders }] };
  return changeToBatch(view, { kind: 'removed', uri: copy.uri, videoId: copy.videoId });
}
