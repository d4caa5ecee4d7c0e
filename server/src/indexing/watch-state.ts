import type { Log } from '../base/log.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { INDEX_RUN_HOLDER } from '../core/library/reconcile-file.ts';
import type { Disk, FolderRule, UnreadFolder } from '../ports/disk.ts';
import type { FolderList } from '../ports/folder-list.ts';
import type { VideoCatalogue } from './catalogue.ts';
import type { FolderScope } from './folder-scope.ts';

/** A watched folder and its state. */
export interface WatchedFolder {
  readonly rule: FolderRule;
  readonly state: 'watching' | 'scanning' | 'offline' | 'failed';
  readonly reason?: string;
}

export interface WatchEntry {
  readonly rule: FolderRule;
  controller: AbortController;
  state: 'watching' | 'scanning' | 'offline';
  /** Reason why it is offline. */
  reason?: string;
  /** Reason why the system cannot watch it. It is scanned nevertheless. */
  problem?: string;
  unread: readonly UnreadFolder[];
}

export interface FolderWatcherOptions {
  readonly disk: Disk;
  readonly catalogue: VideoCatalogue;
  readonly list: FolderList;
  readonly onTouched: (videoIds: ReadonlySet<string>) => void;
  readonly onChange: () => void;
  readonly log: Log;
}

/** Holds the state of the folder watcher and everything that its functions need. */
export interface WatchState extends FolderWatcherOptions {
  /** Watched folders by URI. */
  readonly entries: Map<Uri, WatchEntry>;
  /** Files that a job could not find, until a scan finds them. */
  readonly missingUris: Set<Uri>;
  /** Number of times that a file existed although a job could not find it, since its last change. */
  readonly returns: Map<Uri, number>;
  readonly closing: AbortController;
  /** Scopes of the next scan, by folder and subfolder. */
  dirtyScopes: Map<string, FolderScope>;
  scanTimer: NodeJS.Timeout | undefined;
  unreadTimer: NodeJS.Timeout | undefined;
  /** Set while there are recordings in progress. */
  recordingTimer: NodeJS.Timeout | undefined;
  /** Reason why the last scan failed; undefined if it succeeded. */
  lastError: unknown;
  /** Resolves when the last queued scan has ended. */
  queueEnd: Promise<unknown>;
}

export function createWatchState(options: FolderWatcherOptions): WatchState {
  return {
    ...options,
    entries: new Map(),
    missingUris: new Set(),
    returns: new Map(),
    closing: new AbortController(),
    dirtyScopes: new Map(),
    scanTimer: undefined,
    unreadTimer: undefined,
    recordingTimer: undefined,
    lastError: undefined,
    queueEnd: Promise.resolve(),
  };
}

/** Runs a task after all queued ones, so that only one scan runs at a time. */
export function enqueueTask<T>(watch: WatchState, task: () => Promise<T>): Promise<T> {
  const result = watch.queueEnd.then(task);
  watch.queueEnd = result.catch(() => {});
  return result;
}

/** Sets the state of a folder. Its contents are planned again when it goes offline or comes back. */
export function setFolderState(
  watch: WatchState,
  uri: Uri,
  state: WatchEntry['state'],
  reason?: string,
): void {
  const entry = watch.entries.get(uri);
  if (entry === undefined || (entry.state === state && entry.reason === reason)) return;
  const wasOffline = entry.state === 'offline';
  entry.state = state;
  entry.reason = reason;
  watch.onChange();
  if (wasOffline !== (state === 'offline'))
    watch.onTouched(new Set(watch.catalogue.under(uri).map((copy) => copy.videoId)));
}

export function setFolderProblem(watch: WatchState, entry: WatchEntry, problem: string): void {
  entry.problem = problem;
  watch.log.warn('watch problem', { folder: entry.rule.uri, problem });
  watch.onChange();
}

export function toWatchedFolder({ rule, state, reason, problem, unread }: WatchEntry): WatchedFolder {
  if (state === 'watching' && problem !== undefined) return { rule, state: 'failed', reason: problem };
  const [first, ...others] = unread;
  const unreadReason =
    others.length === 0 ? first?.reason : `${first?.reason} And ${others.length} more like it.`;
  return { rule, state, reason: reason ?? unreadReason };
}

/** Returns the scope of a whole watched folder. */
export function folderScope(rule: FolderRule): FolderScope {
  return { rule, holder: rule.uri };
}

/** Returns the scope of one file of a watched folder. */
export function fileScope(rule: FolderRule, uri: Uri): FolderScope {
  return { rule: { uri, include: [], exclude: [], poll: false }, holder: rule.uri };
}

/** Returns the scope of an `index` run, or of a file that an earlier run added. */
export function indexRunScope(uri: Uri): FolderScope {
  return { rule: { uri, include: [], exclude: [], poll: false }, holder: INDEX_RUN_HOLDER };
}
