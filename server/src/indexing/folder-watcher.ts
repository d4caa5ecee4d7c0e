import type { Log } from '../base/log.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import type { Disk, FolderRule, FolderScan, WatchEvent } from '../ports/disk.ts';
import type { FolderList } from '../ports/folder-list.ts';
import type { VideoCatalogue } from './catalogue.ts';
import { changeToBatch } from './change-to-batch.ts';
import { type FolderScope, reconcile } from './reconcile.ts';

/** A watched folder and how it stands. */
export interface WatchedFolder {
  readonly rule: FolderRule;
  readonly state: 'watching' | 'scanning' | 'offline' | 'failed';
  readonly reason?: string;
}

/** Copy.heldBy of what an `index` run brought in. */
export const INDEX_HOLDER = 'index';

export interface FolderWatcher {
  list(): readonly WatchedFolder[];
  /** Persists the folder and watches it; a known URI gets the new rules. Resolves after its first look. */
  add(rule: FolderRule, signal: AbortSignal): Promise<void>;
  /** Forgets the folder and what only it (or an `index` run below it) held. False where nothing was held. */
  remove(uri: Uri): Promise<boolean>;
  /** Looks once at a file or folder for an `index` run. */
  scanOnce(uri: Uri, signal: AbortSignal): Promise<void>;
  /** Looks at a watched folder again. */
  refresh(uri: Uri): void;
  /** Whether the media of this copy can be read now. */
  online(copy: VideoFile): boolean;
  /** The file was not there when it was to be read: left alone until the next look. */
  reportMissing(uri: Uri): void;
  /** Why the last look could not be finished; undefined where it could. It is repeated by itself. */
  lastError(): unknown;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface FolderEntry {
  readonly rule: FolderRule;
  controller: AbortController;
  state: 'watching' | 'scanning' | 'offline';
  /** Why it is offline. */
  reason?: string;
  /** Why the system does not watch it; what lies in it is looked at all the same. */
  problem?: string;
  unread: FolderScan['unread'];
}

/** Events that come together are answered together, ms. */
const DEBOUNCE_MS = 150;
/** A look that failed (the index could not be written) is repeated after so long, ms. */
const RETRY_MS = 10_000;
/** A file that jobs miss although it lies there is tried again so often. */
const MAX_RETURNS = 3;
/** Folders that could not be read are looked at again after so long, ms: no event tells that they may be read now. */
const UNREAD_RETRY_MS = 60_000;

/**
 * Keeps the catalogue in step with the disk: every look goes through one queue, so that a file which moved between
 * folders is seen leaving and arriving by the same comparison.
 */
export function createFolderWatcher(options: {
  readonly disk: Disk;
  readonly catalogue: VideoCatalogue;
  readonly list: FolderList;
  readonly onTouched: (videoIds: ReadonlySet<string>) => void;
  readonly onChange: () => void;
  readonly log: Log;
}): FolderWatcher {
  const { disk, catalogue, log } = options;
  const entries = new Map<Uri, FolderEntry>();
  const missingUris = new Set<Uri>();
  /** How often a file that a job missed lay there after all, since it last changed. */
  const returns = new Map<Uri, number>();
  const closing = new AbortController();
  let dirtyScopes = new Map<string, FolderScope>();
  let scanTimer: NodeJS.Timeout | undefined;
  let unreadTimer: NodeJS.Timeout | undefined;
  let lastError: unknown;
  let queueEnd: Promise<unknown> = Promise.resolve();

  /** One comparison at a time. */
  function enqueue<T>(task: () => Promise<T>): Promise<T> {
    const result = queueEnd.then(task);
    queueEnd = result.catch(() => {});
    return result;
  }

  function setState(uri: Uri, state: FolderEntry['state'], reason?: string): void {
    const entry = entries.get(uri);
    if (entry === undefined || (entry.state === state && entry.reason === reason)) return;
    const wasOffline = entry.state === 'offline';
    entry.state = state;
    entry.reason = reason;
    options.onChange();
    if (wasOffline !== (state === 'offline')) {
      options.onTouched(new Set(catalogue.under(uri).map((copy) => copy.videoId)));
    }
  }

  function setProblem(entry: FolderEntry, problem: string): void {
    entry.problem = problem;
    log.warn('watch problem', { folder: entry.rule.uri, problem });
    options.onChange();
  }

  function setUnread({ rule, within = rule.uri }: FolderScope, unread: FolderScan['unread']): void {
    const entry = entries.get(rule.uri);
    if (entry === undefined) return;
    const knownUris = new Set(entry.unread.map((folder) => folder.uri));
    const unreadUris = new Set(unread.map((folder) => folder.uri));
    const opened = entry.unread.some((folder) => isWithin(folder.uri, within) && !unreadUris.has(folder.uri));
    for (const folder of unread) {
      if (!knownUris.has(folder.uri))
        log.warn('folder unread', { folder: folder.uri, reason: folder.reason });
    }
    entry.unread = [...entry.unread.filter((folder) => !isWithin(folder.uri, within)), ...unread];
    // Nothing in it was watched while it could not be read.
    if (opened) watch(entry);
    if (opened || unread.some((folder) => !knownUris.has(folder.uri))) options.onChange();
    if (unread.length > 0) unreadTimer ??= setTimeout(rescanUnread, UNREAD_RETRY_MS).unref();
  }

  function rescanUnread(): void {
    unreadTimer = undefined;
    for (const { rule, unread } of entries.values()) {
      for (const { uri } of unread) scheduleScan({ rule, holder: rule.uri, within: uri });
    }
  }

  async function scanScopes(scopes: readonly FolderScope[], signal: AbortSignal): Promise<void> {
    // Those missed from here on are looked at once more.
    const missing = [...missingUris].filter((uri) =>
      scopes.some(({ rule, within }) => isWithin(uri, within ?? rule.uri)),
    );
    for (const scope of scopes) if (scope.within === undefined) setState(scope.rule.uri, 'scanning');
    for await (const result of reconcile(scopes, disk, [...catalogue.copies()], signal)) {
      if (result.kind === 'folder') {
        const { state } = result;
        if (state.state === 'offline') {
          setState(result.scope.rule.uri, 'offline', state.reason);
          log.warn('folder offline', { folder: result.scope.rule.uri, reason: state.reason });
        } else {
          setUnread(result.scope, result.unread);
          if (result.scope.within === undefined) setState(result.scope.rule.uri, 'watching');
        }
        continue;
      }
      const written = await Promise.all(
        result.changes.map((change) => {
          returns.delete(change.kind === 'removed' ? change.uri : change.copy.uri);
          if (change.kind !== 'removed') missingUris.delete(change.copy.uri);
          return catalogue.change((view) => changeToBatch(view, change));
        }),
      );
      log.info('disk', {
        changes: result.changes.length,
        kinds: countByName(result.changes.map((c) => c.kind)),
      });
      options.onTouched(new Set(written.flatMap((ids) => [...ids])));
    }
    await findAgain(missing, signal);
  }

  /** Files that a job missed and that lie there after all, such as one that was moved away and back. */
  async function findAgain(uris: readonly Uri[], signal: AbortSignal): Promise<void> {
    const found: string[] = [];
    for (const uri of uris) {
      const copy = catalogue.copy(uri);
      const count = returns.get(uri) ?? 0;
      // One that no stage can open, whatever the disk says, is left alone until it changes.
      if (copy !== undefined && (count === MAX_RETURNS || (await presenceOf(disk, copy)) !== 'same'))
        continue;
      signal.throwIfAborted();
      missingUris.delete(uri);
      returns.set(uri, count + 1);
      if (copy !== undefined) found.push(copy.videoId);
    }
    if (found.length > 0) options.onTouched(new Set(found));
  }

  function scheduleScan(scope: FolderScope, waitMs = DEBOUNCE_MS): void {
    dirtyScopes.set(`${scope.rule.uri}\n${scope.within ?? ''}`, scope);
    scanTimer ??= setTimeout(() => {
      scanTimer = undefined;
      void enqueue(scanDirtyScopes);
    }, waitMs);
  }

  async function scanDirtyScopes(): Promise<void> {
    const dirty = [...dirtyScopes.values()];
    dirtyScopes = new Map();
    const wholeFolders = new Set(
      dirty.filter((scope) => scope.within === undefined).map((scope) => scope.rule.uri),
    );
    const scopes = dirty.filter((scope) => scope.within === undefined || !wholeFolders.has(scope.rule.uri));
    const previousError = lastError;
    try {
      await scanScopes(
        scopes.filter(({ rule, holder }) => holder === INDEX_HOLDER || entries.has(rule.uri)),
        closing.signal,
      );
      lastError = undefined;
    } catch (error) {
      if (closing.signal.aborted) return;
      lastError = error;
      log.error('look failed', { error: String((error as Error)?.stack ?? error) });
      for (const scope of scopes) scheduleScan(scope, RETRY_MS);
    }
    if (previousError !== lastError) options.onChange();
  }

  /** Watches from now on, anew where it was watched before. */
  function watch(entry: FolderEntry): void {
    const { rule } = entry;
    entry.controller.abort();
    entry.controller = new AbortController();
    entry.problem = undefined;
    const { signal } = entry.controller;
    const onEvent = (event: WatchEvent) => {
      if (event.problem !== undefined) setProblem(entry, event.problem);
      scheduleScan({ rule, holder: rule.uri, within: event.within });
    };
    disk.watch(rule, onEvent, signal).catch((error: unknown) => {
      if (!signal.aborted) setProblem(entry, error instanceof Error ? error.message : String(error));
    });
  }

  function addEntry(rule: FolderRule): void {
    entries.get(rule.uri)?.controller.abort();
    const entry: FolderEntry = { rule, controller: new AbortController(), state: 'scanning', unread: [] };
    entries.set(rule.uri, entry);
    watch(entry);
  }

  const saveRules = () => options.list.save([...entries.values()].map((entry) => entry.rule));

  return {
    list: () => [...entries.values()].map(toWatchedFolder),
    async add(rule, signal) {
      addEntry(rule);
      await saveRules();
      await enqueue(() =>
        scanScopes([{ rule, holder: rule.uri }], AbortSignal.any([signal, closing.signal])),
      );
    },
    async remove(uri) {
      const entry = entries.get(uri);
      const holder = entry === undefined ? INDEX_HOLDER : uri;
      const heldCopies = catalogue.under(uri).filter((copy) => copy.heldBy.includes(holder));
      if (entry === undefined && heldCopies.length === 0) return false;
      entry?.controller.abort();
      entries.delete(uri);
      await saveRules();
      const written = await enqueue(() =>
        Promise.all(
          heldCopies.map(({ uri: copyUri }) =>
            catalogue.change((view) => toReleaseBatch(view.copy(copyUri), holder, view)),
          ),
        ),
      );
      options.onTouched(new Set(written.flatMap((ids) => [...ids])));
      options.onChange();
      return true;
    },
    scanOnce: (uri, signal) => {
      return enqueue(() =>
        scanScopes([{ rule: ruleOf(uri), holder: INDEX_HOLDER }], AbortSignal.any([signal, closing.signal])),
      );
    },
    refresh(uri) {
      const entry = entries.get(uri);
      if (entry !== undefined) scheduleScan({ rule: entry.rule, holder: uri });
    },
    online(copy) {
      if (missingUris.has(copy.uri)) return false;
      const parentEntries = [...entries.values()].filter(({ rule }) => isWithin(copy.uri, rule.uri));
      return parentEntries.length === 0 || parentEntries.some(({ state }) => state !== 'offline');
    },
    reportMissing(uri) {
      missingUris.add(uri);
      const above = [...entries.values()].filter(({ rule }) => isWithin(uri, rule.uri));
      for (const { rule } of above) scheduleScan({ rule, holder: rule.uri });
      if (above.length === 0) scheduleScan({ rule: ruleOf(uri), holder: INDEX_HOLDER });
    },
    lastError: () => lastError,
    async start() {
      const rules = await options.list.load();
      for (const rule of rules) addEntry(rule);
      for (const rule of rules) scheduleScan({ rule, holder: rule.uri });
    },
    async close() {
      closing.abort(new DOMException('The daemon is closing.', 'AbortError'));
      clearTimeout(scanTimer);
      clearTimeout(unreadTimer);
      for (const { controller } of entries.values()) controller.abort();
      await queueEnd;
    },
  };
}

/** Returns whether the file of a copy is the one that was last looked at, by size and time. */
export async function presenceOf(disk: Disk, copy: VideoFile): Promise<'same' | 'changed' | 'gone'> {
  try {
    const now = await disk.stat(copy.uri, new AbortController().signal);
    if (now === undefined) return 'gone';
    return now.bytes === copy.bytes && now.modifiedMs === copy.modifiedMs ? 'same' : 'changed';
  } catch {
    // Not permitted, not a file: the stage says so better.
    return 'same';
  }
}

/** The rule of an `index` run, or of a file that it brought in. */
function ruleOf(uri: Uri): FolderRule {
  return { uri, include: [], exclude: [], poll: false };
}

function toWatchedFolder({ rule, state, reason, problem, unread }: FolderEntry): WatchedFolder {
  if (state === 'watching' && problem !== undefined) return { rule, state: 'failed', reason: problem };
  const [first, ...others] = unread;
  const unreadReason =
    others.length === 0 ? first?.reason : `${first?.reason} And ${others.length} more like it.`;
  return { rule, state, reason: reason ?? unreadReason };
}

function toReleaseBatch(
  copy: VideoFile | undefined,
  holder: string,
  view: Parameters<typeof changeToBatch>[0],
) {
  if (copy === undefined) return undefined;
  const heldBy = copy.heldBy.filter((name) => name !== holder);
  if (heldBy.length > 0) return { copies: [{ ...copy, heldBy }] };
  return changeToBatch(view, { kind: 'removed', uri: copy.uri, videoId: copy.videoId });
}

function countByName(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
