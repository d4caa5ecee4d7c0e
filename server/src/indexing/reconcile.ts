import { createYielder } from '../base/yield-to-event-loop.ts';
import type { DiskFile } from '../core/domain/disk-file.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import {
  compareStat,
  type FileChange,
  isWithin,
  withChangedSidecars,
  withHolders,
  withoutHolder,
} from '../core/library/reconcile-file.ts';
import type { Disk, FolderRule, FolderScan, FolderState } from '../ports/disk.ts';
import { identify, type UnidentifiedFile } from './identify-content.ts';
import { KnownCopies } from './known-copies.ts';

/** One folder (or file) to look at. */
export interface FolderScope {
  readonly rule: FolderRule;
  /** Its entry in Copy.heldBy: the folder's URI, or `index` for a run. */
  readonly holder: string;
  /** Only this folder below it, where an event named one. */
  readonly within?: Uri;
}

/** How one folder was found. */
export interface FolderResult {
  readonly kind: 'folder';
  readonly scope: FolderScope;
  readonly state: FolderState;
  readonly unread: FolderScan['unread'];
}

/** How one folder was found, or changes as they are decided. */
export type ScanResult = FolderResult | { readonly kind: 'changes'; readonly changes: readonly FileChange[] };

/** Changes by stat alone that are handed on together. */
const MAX_BATCH_CHANGES = 1000;

interface ScannedFile {
  readonly file: DiskFile;
  readonly holders: string[];
}

/** What the scans of several folders saw together. */
interface ScanView {
  readonly seen: ReadonlyMap<Uri, ScannedFile>;
  /** Folders that were listed. */
  readonly looked: readonly FolderScope[];
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
  scopes: readonly FolderScope[],
  disk: Disk,
  copies: readonly VideoFile[],
  signal: AbortSignal,
): AsyncGenerator<ScanResult> {
  const knownCopies = await KnownCopies.from(copies);
  const { isDue, yieldNow } = createYielder(signal);
  const seen = new Map<Uri, ScannedFile>();
  const looked: FolderScope[] = [];
  const dark: Uri[] = [];
  for (const scope of scopes) {
    const scan = await disk.scan(scope.rule, signal, scope.within);
    yield { kind: 'folder', scope: scope, state: scan.state, unread: scan.unread };
    if (scan.state.state === 'offline') {
      dark.push(scope.rule.uri);
      continue;
    }
    looked.push(scope);
    dark.push(...scan.unread.map((folder) => folder.uri));
    // An unmounted drive leaves an empty folder, but one older than the files that were seen in it.
    dark.push(
      ...scan.bare
        .filter((emptyFolder) => knownCopies.hasNewerBelow(emptyFolder.uri, emptyFolder.modifiedMs))
        .map((one) => one.uri),
    );
    for (const file of scan.files) {
      const entry = seen.get(file.uri);
      if (entry === undefined) seen.set(file.uri, { file, holders: [scope.holder] });
      else if (!entry.holders.includes(scope.holder)) entry.holders.push(scope.holder);
      if (isDue()) await yieldNow();
    }
  }
  const view: ScanView = { seen, looked, dark };

  const removedCopies = new Set<VideoFile>();
  yield* batchChanges(findReleased(view, knownCopies, disk, removedCopies, signal));
  const unidentified: UnidentifiedFile[] = [];
  yield* batchChanges(findChanged(view, knownCopies, unidentified, signal));
  const presence = async (copy: VideoFile) => {
    if (!knownCopies.isCurrent(copy)) return 'gone';
    const currentStat = seen.get(copy.uri)?.file ?? (await disk.stat(copy.uri, signal));
    if (currentStat !== undefined) {
      return currentStat.bytes === copy.bytes && currentStat.modifiedMs === copy.modifiedMs ? 'here' : 'gone';
    }
    if (removedCopies.has(copy)) return 'gone';
    return (await isUnreachable(copy, view, disk, signal)) ? 'unknown' : 'gone';
  };
  for await (const changes of identify(unidentified, disk, knownCopies, presence, signal)) {
    for (const change of changes) {
      if (change.kind !== 'moved') continue;
      const from = knownCopies.get(change.from);
      if (from !== undefined && from.videoId === change.copy.videoId && !seen.has(from.uri))
        removedCopies.add(from);
    }
    yield { kind: 'changes', changes };
  }
  if (removedCopies.size > 0) {
    const changes = [...removedCopies].map(
      ({ uri, videoId }): FileChange => ({ kind: 'removed', uri, videoId }),
    );
    yield { kind: 'changes', changes };
  }
}

/** Copies that a folder held and that were not seen in it: gone, or only let go of. */
async function* findReleased(
  { seen, looked, dark }: ScanView,
  knownCopies: KnownCopies,
  disk: Disk,
  removedCopies: Set<VideoFile>,
  signal: AbortSignal,
): AsyncGenerator<FileChange> {
  const { isDue, yieldNow } = createYielder(signal);
  for (const copy of knownCopies.all()) {
    if (isDue()) await yieldNow();
    const scanned = seen.get(copy.uri);
    if (scanned !== undefined && copy.heldBy.every((holder) => scanned.holders.includes(holder))) continue;
    const losingScopes = looked.filter(
      ({ holder, rule, within }) =>
        copy.heldBy.includes(holder) &&
        isWithin(copy.uri, within ?? rule.uri) &&
        scanned?.holders.includes(holder) !== true,
    );
    if (losingScopes.length === 0 || dark.some((folder) => isWithin(copy.uri, folder))) continue;
    const remaining = losingScopes.reduce<VideoFile | undefined>(
      (remainingCopy, { holder }) => remainingCopy && withoutHolder(remainingCopy, holder),
      copy,
    );
    if (
      scanned === undefined &&
      (remaining === undefined || (await disk.stat(copy.uri, signal)) === undefined)
    ) {
      removedCopies.add(copy);
    } else if (scanned !== undefined || remaining !== undefined) {
      const next = { ...copy, heldBy: remaining?.heldBy ?? scanned?.holders ?? [] };
      knownCopies.put(next);
      yield { kind: 'noted', copy: next };
    }
  }
}

/** Files compared by stat; those it cannot decide are added to `unknown`. */
async function* findChanged(
  { seen }: ScanView,
  knownCopies: KnownCopies,
  unidentified: UnidentifiedFile[],
  signal: AbortSignal,
): AsyncGenerator<FileChange> {
  const { isDue, yieldNow } = createYielder(signal);
  for (const { file, holders } of seen.values()) {
    if (isDue()) await yieldNow();
    const before = knownCopies.get(file.uri);
    const verdict = compareStat(file, before);
    if (before === undefined || verdict === 'identify') {
      unidentified.push({ file, heldBy: holders });
      continue;
    }
    const next = withHolders(verdict === 'sidecars' ? withChangedSidecars(before, file) : before, holders);
    if (next !== before) knownCopies.put(next);
    if (next !== before) yield { kind: verdict === 'sidecars' ? 'sidecars' : 'noted', copy: next };
  }
  unidentified.sort((a, b) => b.file.modifiedMs - a.file.modifiedMs);
}

/** True where nothing can be said of the copy's path now: an offline or unreadable folder above it. */
async function isUnreachable(
  copy: VideoFile,
  view: ScanView,
  disk: Disk,
  signal: AbortSignal,
): Promise<boolean> {
  if (view.dark.some((folder) => isWithin(copy.uri, folder))) return true;
  if (view.looked.some(({ rule, within }) => isWithin(copy.uri, within ?? rule.uri))) return false;
  const roots = copy.heldBy.filter((holder) => isWithin(copy.uri, holder));
  for (const root of roots.length > 0 ? roots : [copy.uri]) {
    if ((await disk.state(root, signal)).state === 'ok') return false;
  }
  return true;
}

/** Gathers changes into findings. */
async function* batchChanges(changes: AsyncIterable<FileChange>): AsyncGenerator<ScanResult> {
  let batch: FileChange[] = [];
  for await (const change of changes) {
    batch.push(change);
    if (batch.length < MAX_BATCH_CHANGES) continue;
    yield { kind: 'changes', changes: batch };
    batch = [];
  }
  if (batch.length > 0) yield { kind: 'changes', changes: batch };
}
