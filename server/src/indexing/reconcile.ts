import { pace } from '../base/pace.ts';
import type { DiskFile } from '../core/diskFile.ts';
import type { Uri } from '../core/range.ts';
import { type Change, isWithin, look, withHolders, without, withSidecars } from '../core/reconcile.ts';
import type { Copy } from '../core/video.ts';
import type { Disk, FolderRule, FolderState, Scan } from '../ports/disk.ts';
import { identify, type Unidentified } from './identify.ts';
import { Known } from './known.ts';

/** One folder (or file) to look at. */
export interface Held {
  readonly rule: FolderRule;
  /** Its entry in Copy.heldBy: the folder's URI, or `index` for a run. */
  readonly holder: string;
  /** Only this folder below it, where an event named one. */
  readonly within?: Uri;
}

/** How one folder was found, or changes as they are decided. */
export type Finding =
  | {
      readonly kind: 'folder';
      readonly held: Held;
      readonly state: FolderState;
      readonly unread: Scan['unread'];
    }
  | { readonly kind: 'changes'; readonly changes: readonly Change[] };

/** Changes by stat alone that are handed on together. */
const BATCH = 1000;

interface Seen {
  readonly file: DiskFile;
  readonly holders: string[];
}

/** What the scans of several folders saw together. */
interface View {
  readonly seen: ReadonlyMap<Uri, Seen>;
  /** Folders that were listed. */
  readonly looked: readonly Held[];
  /** Folders of which nothing is known now: what is stored of them stays. */
  readonly dark: readonly Uri[];
}

/**
 * Looks at folders and says what their files mean for the stored copies (all of the store's, so that a file that
 * moved between folders or is a copy of another is known again). Folders that may have exchanged files are looked at
 * together. Yields changes as they are decided, removals last; commit each batch before taking the next.
 * Reads only what stat says is new. Throws the signal's reason when aborted.
 */
export async function* reconcile(
  held: readonly Held[],
  disk: Disk,
  copies: readonly Copy[],
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const known = await Known.of(copies);
  const { due, turn } = pace(signal);
  const seen = new Map<Uri, Seen>();
  const looked: Held[] = [];
  const dark: Uri[] = [];
  for (const one of held) {
    const scan = await disk.scan(one.rule, signal, one.within);
    yield { kind: 'folder', held: one, state: scan.state, unread: scan.unread };
    if (scan.state.state === 'offline') {
      dark.push(one.rule.uri);
      continue;
    }
    looked.push(one);
    dark.push(...scan.unread.map((folder) => folder.uri));
    // An unmounted drive leaves an empty folder, but one older than the files that were seen in it.
    dark.push(...scan.bare.filter((one) => known.newerBelow(one.uri, one.modifiedMs)).map((one) => one.uri));
    for (const file of scan.files) {
      const entry = seen.get(file.uri);
      if (entry === undefined) seen.set(file.uri, { file, holders: [one.holder] });
      else if (!entry.holders.includes(one.holder)) entry.holders.push(one.holder);
      if (due()) await turn();
    }
  }
  const view: View = { seen, looked, dark };

  const gone = new Set<Copy>();
  yield* batched(released(view, known, disk, gone, signal));
  const unknown: Unidentified[] = [];
  yield* batched(compared(view, known, unknown, signal));
  const presence = async (copy: Copy) => {
    if (!known.holds(copy)) return 'gone';
    const now = seen.get(copy.uri)?.file ?? (await disk.stat(copy.uri, signal));
    if (now !== undefined) {
      return now.bytes === copy.bytes && now.modifiedMs === copy.modifiedMs ? 'here' : 'gone';
    }
    if (gone.has(copy)) return 'gone';
    return (await isDark(copy, view, disk, signal)) ? 'unknown' : 'gone';
  };
  for await (const changes of identify(unknown, disk, known, presence, signal)) {
    for (const change of changes) {
      if (change.kind !== 'moved') continue;
      const from = known.at(change.from);
      if (from !== undefined && from.videoId === change.copy.videoId && !seen.has(from.uri)) gone.add(from);
    }
    yield { kind: 'changes', changes };
  }
  if (gone.size > 0) {
    const changes = [...gone].map(({ uri, videoId }): Change => ({ kind: 'removed', uri, videoId }));
    yield { kind: 'changes', changes };
  }
}

/** Copies that a folder held and that were not seen in it: gone, or only let go of. */
async function* released(
  { seen, looked, dark }: View,
  known: Known,
  disk: Disk,
  gone: Set<Copy>,
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const { due, turn } = pace(signal);
  for (const copy of known.all()) {
    if (due()) await turn();
    const here = seen.get(copy.uri);
    if (here !== undefined && copy.heldBy.every((holder) => here.holders.includes(holder))) continue;
    const losing = looked.filter(
      ({ holder, rule, within }) =>
        copy.heldBy.includes(holder) &&
        isWithin(copy.uri, within ?? rule.uri) &&
        here?.holders.includes(holder) !== true,
    );
    if (losing.length === 0 || dark.some((folder) => isWithin(copy.uri, folder))) continue;
    const rest = losing.reduce<Copy | undefined>((left, { holder }) => left && without(left, holder), copy);
    if (here === undefined && (rest === undefined || (await disk.stat(copy.uri, signal)) === undefined)) {
      gone.add(copy);
    } else if (here !== undefined || rest !== undefined) {
      const next = { ...copy, heldBy: rest?.heldBy ?? here?.holders ?? [] };
      known.put(next);
      yield { kind: 'noted', copy: next };
    }
  }
}

/** Files compared by stat; those it cannot decide are added to `unknown`. */
async function* compared(
  { seen }: View,
  known: Known,
  unknown: Unidentified[],
  signal: AbortSignal,
): AsyncGenerator<Change> {
  const { due, turn } = pace(signal);
  for (const { file, holders } of seen.values()) {
    if (due()) await turn();
    const before = known.at(file.uri);
    const verdict = look(file, before);
    if (before === undefined || verdict === 'identify') {
      unknown.push({ file, heldBy: holders });
      continue;
    }
    const next = withHolders(verdict === 'sidecars' ? withSidecars(before, file) : before, holders);
    if (next !== before) known.put(next);
    if (next !== before) yield { kind: verdict === 'sidecars' ? 'sidecars' : 'noted', copy: next };
  }
  unknown.sort((a, b) => b.file.modifiedMs - a.file.modifiedMs);
}

/** True where nothing can be said of the copy's path now: an offline or unreadable folder above it. */
async function isDark(copy: Copy, view: View, disk: Disk, signal: AbortSignal): Promise<boolean> {
  if (view.dark.some((folder) => isWithin(copy.uri, folder))) return true;
  if (view.looked.some(({ rule, within }) => isWithin(copy.uri, within ?? rule.uri))) return false;
  const roots = copy.heldBy.filter((holder) => isWithin(copy.uri, holder));
  for (const root of roots.length > 0 ? roots : [copy.uri]) {
    if ((await disk.state(root, signal)).state === 'ok') return false;
  }
  return true;
}

/** Gathers changes into findings. */
async function* batched(changes: AsyncIterable<Change>): AsyncGenerator<Finding> {
  let batch: Change[] = [];
  for await (const change of changes) {
    batch.push(change);
    if (batch.length < BATCH) continue;
    yield { kind: 'changes', changes: batch };
    batch = [];
  }
  if (batch.length > 0) yield { kind: 'changes', changes: batch };
}
