import { messageOf } from '../base/message-of.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { type FileChange, INDEX_RUN_HOLDER, isWithin } from '../core/library/reconcile-file.ts';
import type { FolderRule, UnreadFolder, WatchEvent } from '../ports/disk.ts';
import { changeToBatch } from './change-to-batch.ts';
import { presenceOf } from './file-presence.ts';
import type { FolderScope } from './folder-scope.ts';
import { type FolderResult, reconcile } from './reconcile.ts';
import {
  enqueueTask,
  fileScope,
  folderScope,
  indexRunScope,
  setFolderProblem,
  setFolderState,
  type WatchEntry,
  type WatchState,
} from './watch-state.ts';

/** Time for which events are collected before a scan, in ms. */
const DEBOUNCE_MS = 150;
/** Delay after a failed scan, in ms, for example if the index could not be written. */
const SCAN_RETRY_MS = 10_000;
/** Maximum number of retries of a file that jobs cannot find although it exists. */
const MAX_RETURNS = 3;
/** Interval at which recordings in progress are looked at, in ms. What is added in it is read in one go. */
const RECORDING_SCAN_MS = 4_000;
/** Interval at which offline and unreadable folders are scanned again, in ms: no event reports that they are readable. */
const UNREAD_RETRY_MS = 60_000;

/** Starts watching a folder. Replaces an older rule for it. */
export function addWatchEntry(watch: WatchState, rule: FolderRule): void {
  watch.entries.get(rule.uri)?.controller.abort();
  const entry: WatchEntry = { rule, controller: new AbortController(), state: 'scanning', unread: [] };
  watch.entries.set(rule.uri, entry);
  startWatching(watch, entry);
}

/** Starts watching a folder, or restarts it if it is watched already. */
function startWatching(watch: WatchState, entry: WatchEntry): void {
  const { rule } = entry;
  entry.controller.abort();
  entry.controller = new AbortController();
  entry.problem = undefined;
  const { signal } = entry.controller;
  const onEvent = (event: WatchEvent) => {
    if (event.problem !== undefined) setFolderProblem(watch, entry, event.problem);
    scheduleScan(watch, { ...folderScope(rule), within: event.within });
  };
  watch.disk.watch(rule, onEvent, signal).catch((error: unknown) => {
    if (!signal.aborted) setFolderProblem(watch, entry, messageOf(error));
  });
}

/** Adds a scope to the next scan. */
export function scheduleScan(watch: WatchState, scope: FolderScope, waitMs = DEBOUNCE_MS): void {
  watch.dirtyScopes.set(`${scope.rule.uri}\n${scope.within ?? ''}`, scope);
  watch.scanTimer ??= setTimeout(() => {
    watch.scanTimer = undefined;
    void enqueueTask(watch, () => scanDirtyScopes(watch));
  }, waitMs);
}

async function scanDirtyScopes(watch: WatchState): Promise<void> {
  const { entries, closing, log } = watch;
  const scopes = takeDirtyScopes(watch);
  const previousError = watch.lastError;
  try {
    const watchedScopes = scopes.filter(({ holder }) => holder === INDEX_RUN_HOLDER || entries.has(holder));
    await scanScopes(watch, watchedScopes, closing.signal);
    watch.lastError = undefined;
  } catch (error) {
    if (closing.signal.aborted) return;
    watch.lastError = error;
    log.error('scan failed', { error: String((error as Error)?.stack ?? error) });
    for (const scope of scopes) scheduleScan(watch, scope, SCAN_RETRY_MS);
  }
  if (previousError !== watch.lastError) watch.onChange();
}

/**
 * Looks at recordings in progress again after a while. Events of the system do not tell when a recorder has closed a file,
 * and some folders have none.
 */
function followRecordings(watch: WatchState): void {
  if (watch.recordingTimer !== undefined || watch.closing.signal.aborted) return;
  const recordings = [...watch.catalogue.copies()].filter(({ growing }) => growing !== undefined);
  if (recordings.length === 0) return;
  watch.recordingTimer = setTimeout(() => {
    watch.recordingTimer = undefined;
    for (const { uri, holders } of recordings) {
      const rules = [...watch.entries.values()].flatMap(({ rule }) =>
        holders.includes(rule.uri) ? rule : [],
      );
      for (const rule of rules) scheduleScan(watch, fileScope(rule, uri), 0);
      if (rules.length === 0) scheduleScan(watch, indexRunScope(uri), 0);
    }
  }, RECORDING_SCAN_MS).unref();
}

/** Takes the scopes to scan. Leaves out parts of folders that are scanned as a whole. */
function takeDirtyScopes(watch: WatchState): readonly FolderScope[] {
  const scopes = [...watch.dirtyScopes.values()];
  watch.dirtyScopes = new Map();
  const wholeFolders = new Set(scopes.filter(isWholeFolder).map(({ rule }) => rule.uri));
  return scopes.filter((scope) => isWholeFolder(scope) || !wholeFolders.has(scope.rule.uri));
}

function isWholeFolder({ within }: FolderScope): boolean {
  return within === undefined;
}

/**
 * Scans scopes and writes changes to the catalogue. Calls `onWritten` with the number of changes of each write. Rejects
 * with the signal's reason.
 */
export async function scanScopes(
  watch: WatchState,
  scopes: readonly FolderScope[],
  signal: AbortSignal,
  onWritten?: (changes: number) => void,
): Promise<void> {
  // Files that jobs miss from now on wait for the next scan.
  const missing = [...watch.missingUris].filter((uri) =>
    scopes.some(({ rule, within }) => isWithin(uri, within ?? rule.uri)),
  );
  for (const scope of scopes) if (isWholeFolder(scope)) setFolderState(watch, scope.rule.uri, 'scanning');
  const copies = [...watch.catalogue.copies()];
  const listed: Uri[] = [];
  for await (const result of reconcile(scopes, watch.disk, copies, signal)) {
    if (result.kind === 'changes') {
      await applyChanges(watch, result.changes);
      onWritten?.(result.changes.length);
    } else if (applyFolderResult(watch, result) && isWholeFolder(result.scope))
      listed.push(result.scope.rule.uri);
  }
  // Not earlier: until now, the catalogue lacked changes found in these folders.
  for (const uri of listed) setFolderState(watch, uri, 'watching');
  await findReturnedFiles(watch, missing, signal);
  followRecordings(watch);
}

/** Returns whether the folder could be listed. */
function applyFolderResult(
  watch: WatchState,
  { scope, state, unread: unreadFolders }: FolderResult,
): boolean {
  const { uri } = scope.rule;
  if (state.state === 'offline') {
    setFolderState(watch, uri, 'offline', state.reason);
    watch.log.warn('folder offline', { folder: uri, reason: state.reason });
    scheduleUnreadRescan(watch);
    return false;
  }
  setUnread(watch, scope, unreadFolders);
  return true;
}

async function applyChanges(watch: WatchState, changes: readonly FileChange[]): Promise<void> {
  const { catalogue, missingUris, returns } = watch;
  const writtenBatches = await Promise.all(
    changes.map((change) => {
      returns.delete(change.kind === 'removed' ? change.uri : change.copy.uri);
      if (change.kind !== 'removed') missingUris.delete(change.copy.uri);
      return catalogue.change((view) => changeToBatch(view, change));
    }),
  );
  watch.log.info('disk', { changes: changes.length, kinds: countByName(changes.map(({ kind }) => kind)) });
  watch.onTouched(new Set(writtenBatches.flatMap((ids) => [...ids])));
}

function countByName(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** Stores which folders of a scope could not be read, and schedules another scan of them. */
function setUnread(
  watch: WatchState,
  { rule, within = rule.uri }: FolderScope,
  unread: readonly UnreadFolder[],
): void {
  const entry = watch.entries.get(rule.uri);
  if (entry === undefined) return;
  const knownFolders = new Set(entry.unread.map(toUnreadKey));
  const unreadFolders = new Set(unread.map(toUnreadKey));
  const hasOpened = entry.unread.some(
    (folder) => isWithin(folder.uri, within) && !unreadFolders.has(toUnreadKey(folder)),
  );
  const newlyUnread = unread.filter((folder) => !knownFolders.has(toUnreadKey(folder)));
  for (const { uri, reason } of newlyUnread) watch.log.warn('folder unread', { folder: uri, reason });
  entry.unread = [...entry.unread.filter((folder) => !isWithin(folder.uri, within)), ...unread];
  // It was not watched while it could not be read.
  if (hasOpened) startWatching(watch, entry);
  if (hasOpened || newlyUnread.length > 0) {
    watch.onChange();
    watch.onTouched(new Set([...watch.catalogue.under(within)].map((copy) => copy.videoId)));
  }
  if (unread.length > 0) scheduleUnreadRescan(watch);
}

function toUnreadKey({ uri, volume = '' }: UnreadFolder): string {
  return `${uri}\n${volume}`;
}

function scheduleUnreadRescan(watch: WatchState): void {
  watch.unreadTimer ??= setTimeout(rescanUnread, UNREAD_RETRY_MS, watch).unref();
}

function rescanUnread(watch: WatchState): void {
  watch.unreadTimer = undefined;
  for (const { rule, state, unread } of watch.entries.values()) {
    if (state === 'offline') scheduleScan(watch, folderScope(rule));
    else for (const { uri } of unread) scheduleScan(watch, { ...folderScope(rule), within: uri });
  }
}

/** Plans files again that a job missed and that exist, for example because they were moved away and back. */
async function findReturnedFiles(
  watch: WatchState,
  uris: readonly Uri[],
  signal: AbortSignal,
): Promise<void> {
  const { disk, catalogue, missingUris, returns } = watch;
  const returnedUris: string[] = [];
  for (const uri of uris) {
    const copy = catalogue.copy(uri);
    const count = returns.get(uri) ?? 0;
    // A file that stages repeatedly cannot open waits until it changes.
    if (copy !== undefined && (count === MAX_RETURNS || (await presenceOf(disk, copy)) !== 'same')) continue;
    signal.throwIfAborted();
    missingUris.delete(uri);
    returns.set(uri, count + 1);
    if (copy !== undefined) returnedUris.push(copy.videoId);
  }
  if (returnedUris.length > 0) watch.onTouched(new Set(returnedUris));
}
