import type { Log } from '../base/log.ts';
import type { Uri } from '../core/range.ts';
import { isWithin } from '../core/reconcile.ts';
import type { Copy } from '../core/video.ts';
import type { Disk, FolderRule, Scan, WatchEvent } from '../ports/disk.ts';
import type { FolderList } from '../ports/folder-list.ts';
import { batchOf } from './apply.ts';
import type { Catalogue } from './catalogue.ts';
import { type Held, reconcile } from './reconcile.ts';

/** A watched folder and how it stands. */
export interface WatchedFolder {
  readonly rule: FolderRule;
  readonly state: 'watching' | 'scanning' | 'offline' | 'failed';
  readonly reason?: string;
}

/** Copy.heldBy of what an `index` run brought in. */
export const INDEX_HOLDER = 'index';

export interface Folders {
  list(): readonly WatchedFolder[];
  /** Persists the folder and watches it; a known URI gets the new rules. Resolves after its first look. */
  add(rule: FolderRule, signal: AbortSignal): Promise<void>;
  /** Forgets the folder and what only it (or an `index` run below it) held. False where nothing was held. */
  remove(uri: Uri): Promise<boolean>;
  /** Looks once at a file or folder for an `index` run. */
  look(uri: Uri, signal: AbortSignal): Promise<void>;
  /** Looks at a watched folder again. */
  refresh(uri: Uri): void;
  /** Whether the media of this copy can be read now. */
  online(copy: Copy): boolean;
  /** The file was not there when it was to be read: left alone until the next look. */
  missing(uri: Uri): void;
  /** Why the last look could not be finished; undefined where it could. It is repeated by itself. */
  trouble(): unknown;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface Entry {
  readonly rule: FolderRule;
  controller: AbortController;
  state: 'watching' | 'scanning' | 'offline';
  /** Why it is offline. */
  reason?: string;
  /** Why the system does not watch it; what lies in it is looked at all the same. */
  problem?: string;
  unread: Scan['unread'];
}

/** Events that come together are answered together, ms. */
const GATHER_MS = 150;
/** A look that failed (the index could not be written) is repeated after so long, ms. */
const RETRY_MS = 10_000;
/** A file that jobs miss although it lies there is tried again so often. */
const MAX_RETURNS = 3;
/** Folders that could not be read are looked at again after so long, ms: no event tells that they may be read now. */
const UNREAD_MS = 60_000;

/**
 * Keeps the catalogue in step with the disk: every look goes through one queue, so that a file which moved between
 * folders is seen leaving and arriving by the same comparison.
 */
export function createFolders(options: {
  readonly disk: Disk;
  readonly catalogue: Catalogue;
  readonly list: FolderList;
  readonly onTouched: (videoIds: ReadonlySet<string>) => void;
  readonly onChange: () => void;
  readonly log: Log;
}): Folders {
  const { disk, catalogue, log } = options;
  const entries = new Map<Uri, Entry>();
  const gone = new Set<Uri>();
  /** How often a file that a job missed lay there after all, since it last changed. */
  const returns = new Map<Uri, number>();
  const closing = new AbortController();
  let dirty = new Map<string, Held>();
  let timer: NodeJS.Timeout | undefined;
  let again: NodeJS.Timeout | undefined;
  let trouble: unknown;
  let turn: Promise<unknown> = Promise.resolve();

  /** One comparison at a time. */
  function queue<T>(task: () => Promise<T>): Promise<T> {
    const mine = turn.then(task);
    turn = mine.catch(() => {});
    return mine;
  }

  function setState(uri: Uri, state: Entry['state'], reason?: string): void {
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

  function setProblem(entry: Entry, problem: string): void {
    entry.problem = problem;
    log.warn('watch problem', { folder: entry.rule.uri, problem });
    options.onChange();
  }

  function setUnread({ rule, within = rule.uri }: Held, unread: Scan['unread']): void {
    const entry = entries.get(rule.uri);
    if (entry === undefined) return;
    const known = new Set(entry.unread.map((folder) => folder.uri));
    const now = new Set(unread.map((folder) => folder.uri));
    const opened = entry.unread.some((folder) => isWithin(folder.uri, within) && !now.has(folder.uri));
    for (const folder of unread) {
      if (!known.has(folder.uri)) log.warn('folder unread', { folder: folder.uri, reason: folder.reason });
    }
    entry.unread = [...entry.unread.filter((folder) => !isWithin(folder.uri, within)), ...unread];
    // Nothing in it was watched while it could not be read.
    if (opened) watch(entry);
    if (opened || unread.some((folder) => !known.has(folder.uri))) options.onChange();
    if (unread.length > 0) again ??= setTimeout(lookAgain, UNREAD_MS).unref();
  }

  function lookAgain(): void {
    again = undefined;
    for (const { rule, unread } of entries.values()) {
      for (const { uri } of unread) mark({ rule, holder: rule.uri, within: uri });
    }
  }

  async function compare(held: readonly Held[], signal: AbortSignal): Promise<void> {
    // Those missed from here on are looked at once more.
    const missing = [...gone].filter((uri) =>
      held.some(({ rule, within }) => isWithin(uri, within ?? rule.uri)),
    );
    for (const one of held) if (one.within === undefined) setState(one.rule.uri, 'scanning');
    for await (const finding of reconcile(held, disk, [...catalogue.copies()], signal)) {
      if (finding.kind === 'folder') {
        const { state } = finding;
        if (state.state === 'offline') {
          setState(finding.held.rule.uri, 'offline', state.reason);
          log.warn('folder offline', { folder: finding.held.rule.uri, reason: state.reason });
        } else {
          setUnread(finding.held, finding.unread);
          if (finding.held.within === undefined) setState(finding.held.rule.uri, 'watching');
        }
        continue;
      }
      const written = await Promise.all(
        finding.changes.map((change) => {
          returns.delete(change.kind === 'removed' ? change.uri : change.copy.uri);
          if (change.kind !== 'removed') gone.delete(change.copy.uri);
          return catalogue.change((view) => batchOf(view, change));
        }),
      );
      log.info('disk', {
        changes: finding.changes.length,
        kinds: tally(finding.changes.map((c) => c.kind)),
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
      gone.delete(uri);
      returns.set(uri, count + 1);
      if (copy !== undefined) found.push(copy.videoId);
    }
    if (found.length > 0) options.onTouched(new Set(found));
  }

  function mark(held: Held, waitMs = GATHER_MS): void {
    dirty.set(`${held.rule.uri}\n${held.within ?? ''}`, held);
    timer ??= setTimeout(() => {
      timer = undefined;
      void queue(lookAtDirty);
    }, waitMs);
  }

  async function lookAtDirty(): Promise<void> {
    const wanted = [...dirty.values()];
    dirty = new Map();
    const whole = new Set(wanted.filter((one) => one.within === undefined).map((one) => one.rule.uri));
    const held = wanted.filter((one) => one.within === undefined || !whole.has(one.rule.uri));
    const before = trouble;
    try {
      await compare(
        held.filter(({ rule, holder }) => holder === INDEX_HOLDER || entries.has(rule.uri)),
        closing.signal,
      );
      trouble = undefined;
    } catch (error) {
      if (closing.signal.aborted) return;
      trouble = error;
      log.error('look failed', { error: String((error as Error)?.stack ?? error) });
      for (const one of held) mark(one, RETRY_MS);
    }
    if (before !== trouble) options.onChange();
  }

  /** Watches from now on, anew where it was watched before. */
  function watch(entry: Entry): void {
    const { rule } = entry;
    entry.controller.abort();
    entry.controller = new AbortController();
    entry.problem = undefined;
    const { signal } = entry.controller;
    const onEvent = (event: WatchEvent) => {
      if (event.problem !== undefined) setProblem(entry, event.problem);
      mark({ rule, holder: rule.uri, within: event.within });
    };
    disk.watch(rule, onEvent, signal).catch((error: unknown) => {
      if (!signal.aborted) setProblem(entry, error instanceof Error ? error.message : String(error));
    });
  }

  function enter(rule: FolderRule): void {
    entries.get(rule.uri)?.controller.abort();
    const entry: Entry = { rule, controller: new AbortController(), state: 'scanning', unread: [] };
    entries.set(rule.uri, entry);
    watch(entry);
  }

  const save = () => options.list.save([...entries.values()].map((entry) => entry.rule));

  return {
    list: () => [...entries.values()].map(shown),
    async add(rule, signal) {
      enter(rule);
      await save();
      await queue(() => compare([{ rule, holder: rule.uri }], AbortSignal.any([signal, closing.signal])));
    },
    async remove(uri) {
      const entry = entries.get(uri);
      const holder = entry === undefined ? INDEX_HOLDER : uri;
      const held = catalogue.under(uri).filter((copy) => copy.heldBy.includes(holder));
      if (entry === undefined && held.length === 0) return false;
      entry?.controller.abort();
      entries.delete(uri);
      await save();
      const written = await queue(() =>
        Promise.all(
          held.map(({ uri: of }) => catalogue.change((view) => released(view.copy(of), holder, view))),
        ),
      );
      options.onTouched(new Set(written.flatMap((ids) => [...ids])));
      options.onChange();
      return true;
    },
    look: (uri, signal) => {
      return queue(() =>
        compare([{ rule: ruleOf(uri), holder: INDEX_HOLDER }], AbortSignal.any([signal, closing.signal])),
      );
    },
    refresh(uri) {
      const entry = entries.get(uri);
      if (entry !== undefined) mark({ rule: entry.rule, holder: uri });
    },
    online(copy) {
      if (gone.has(copy.uri)) return false;
      const above = [...entries.values()].filter(({ rule }) => isWithin(copy.uri, rule.uri));
      return above.length === 0 || above.some(({ state }) => state !== 'offline');
    },
    missing(uri) {
      gone.add(uri);
      const above = [...entries.values()].filter(({ rule }) => isWithin(uri, rule.uri));
      for (const { rule } of above) mark({ rule, holder: rule.uri });
      if (above.length === 0) mark({ rule: ruleOf(uri), holder: INDEX_HOLDER });
    },
    trouble: () => trouble,
    async start() {
      const rules = await options.list.load();
      for (const rule of rules) enter(rule);
      for (const rule of rules) mark({ rule, holder: rule.uri });
    },
    async close() {
      closing.abort(new DOMException('The daemon is closing.', 'AbortError'));
      clearTimeout(timer);
      clearTimeout(again);
      for (const { controller } of entries.values()) controller.abort();
      await turn;
    },
  };
}

/** Returns whether the file of a copy is the one that was last looked at, by size and time. */
export async function presenceOf(disk: Disk, copy: Copy): Promise<'same' | 'changed' | 'gone'> {
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

function shown({ rule, state, reason, problem, unread }: Entry): WatchedFolder {
  if (state === 'watching' && problem !== undefined) return { rule, state: 'failed', reason: problem };
  const [first, ...more] = unread;
  const missed = more.length === 0 ? first?.reason : `${first?.reason} And ${more.length} more like it.`;
  return { rule, state, reason: reason ?? missed };
}

function released(copy: Copy | undefined, holder: string, view: Parameters<typeof batchOf>[0]) {
  if (copy === undefined) return undefined;
  const heldBy = copy.heldBy.filter((name) => name !== holder);
  if (heldBy.length > 0) return { copies: [{ ...copy, heldBy }] };
  return batchOf(view, { kind: 'removed', uri: copy.uri, videoId: copy.videoId });
}

function tally(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
