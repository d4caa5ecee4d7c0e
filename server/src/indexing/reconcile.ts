import { createYielder } from '../base/yield-to-event-loop.ts';
import type { DiskFile } from '../core/domain/disk-file.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { findVolume } from '../core/library/missing-volumes.ts';
import {
  compareStat,
  type FileChange,
  hasOnlyNewStamp,
  isWithin,
  withChangedSidecars,
  withChangeStamps,
  withHolders,
  withoutHolder,
} from '../core/library/reconcile-file.ts';
import type { Disk, FolderState, UnreadFolder } from '../ports/disk.ts';
import type { FolderScope } from './folder-scope.ts';
import type { UnidentifiedFile } from './follow-recording.ts';
import { identify } from './identify-content.ts';
import { KnownCopies } from './known-copies.ts';
import { findMissingDrives, isUnread } from './missing-drives.ts';

/** The result of scanning one folder. */
export interface FolderResult {
  readonly kind: 'folder';
  readonly scope: FolderScope;
  readonly state: FolderState;
  readonly unread: readonly UnreadFolder[];
}

/** The result of scanning one folder, or changes as they are decided. */
export type ScanResult = FolderResult | { readonly kind: 'changes'; readonly changes: readonly FileChange[] };

/** Maximum number of changes per batch that need stat only. */
const MAX_BATCH_CHANGES = 1000;

interface ScannedFile {
  readonly file: DiskFile;
  readonly holders: string[];
}

/** Combines what the scans of several folders found. */
interface ScanView {
  readonly scannedFiles: ReadonlyMap<Uri, ScannedFile>;
  /** Folders that were listed. */
  readonly scannedScopes: readonly FolderScope[];
  /** Files that are unknown now; their stored rows stay. */
  readonly unreadFolders: readonly UnreadFolder[];
}

/**
 * Scans folders and yields what their files mean for the stored copies. `copies` must contain all copies of
 * the store, so that moved and copied files are recognised. Folders that may have exchanged files must be
 * scanned together.
 * Changes are yielded as they are decided, removals last; commit each batch before taking the next. Only
 * files that stat reports as new or changed are read. Throws the signal's reason when aborted.
 */
export async function* reconcile(
  scopes: readonly FolderScope[],
  disk: Disk,
  copies: readonly VideoFile[],
  signal: AbortSignal,
): AsyncGenerator<ScanResult> {
  const knownCopies = await KnownCopies.from(copies);
  const { isDue, yieldNow } = createYielder(signal);
  const scannedFiles = new Map<Uri, ScannedFile>();
  const scannedScopes: FolderScope[] = [];
  const unreadFolders: UnreadFolder[] = [];
  for (const scope of scopes) {
    const scan = await disk.scan(scope.rule, signal, scope.within);
    const { state, unread } =
      scan.state.state === 'ok'
        ? await findMissingDrives(scope, scan, knownCopies, disk, signal)
        : { state: scan.state, unread: scan.unread };
    yield { kind: 'folder', scope, state, unread };
    if (state.state === 'offline') {
      unreadFolders.push({ uri: scope.rule.uri, reason: state.reason });
      continue;
    }
    scannedScopes.push(scope);
    unreadFolders.push(...unread);
    for (const listedFile of scan.files) {
      const file = { ...listedFile, volume: findVolume(listedFile.uri, scan.volumes) };
      const entry = scannedFiles.get(file.uri);
      if (entry === undefined) scannedFiles.set(file.uri, { file, holders: [scope.holder] });
      else if (!entry.holders.includes(scope.holder)) entry.holders.push(scope.holder);
      if (isDue()) await yieldNow();
    }
  }
  const scanView: ScanView = { scannedFiles, scannedScopes, unreadFolders };

  const removedCopies = new Set<VideoFile>();
  yield* batchChanges(findReleased(scanView, knownCopies, disk, removedCopies, signal));
  const unidentified: UnidentifiedFile[] = [];
  yield* batchChanges(findChanged(scanView, knownCopies, unidentified, signal));
  const findPresence = async (copy: VideoFile) => {
    if (!knownCopies.isCurrent(copy)) return 'gone';
    const scannedFile = scannedFiles.get(copy.uri)?.file;
    if (scannedFile !== undefined && hasOnlyNewStamp(scannedFile, copy)) return 'unknown';
    const currentStat = scannedFile ?? (await disk.stat(copy.uri, signal));
    if (currentStat !== undefined) {
      return currentStat.bytes === copy.bytes && currentStat.modifiedMs === copy.modifiedMs ? 'here' : 'gone';
    }
    if (removedCopies.has(copy)) return 'gone';
    return (await isUnreachable(copy, scanView, disk, signal)) ? 'unknown' : 'gone';
  };
  for await (const changes of identify(unidentified, disk, knownCopies, findPresence, signal)) {
    for (const change of changes) {
      if (change.kind !== 'moved') continue;
      const from = knownCopies.get(change.from);
      if (from !== undefined && from.videoId === change.copy.videoId && !scannedFiles.has(from.uri))
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

/** Finds copies that are no longer in their folder: deleted, or only released by it. */
async function* findReleased(
  { scannedFiles, scannedScopes, unreadFolders }: ScanView,
  knownCopies: KnownCopies,
  disk: Disk,
  removedCopies: Set<VideoFile>,
  signal: AbortSignal,
): AsyncGenerator<FileChange> {
  const { isDue, yieldNow } = createYielder(signal);
  for (const copy of knownCopies.all()) {
    if (isDue()) await yieldNow();
    const scanned = scannedFiles.get(copy.uri);
    if (scanned !== undefined && copy.holders.every((holder) => scanned.holders.includes(holder))) continue;
    const losingScopes = scannedScopes.filter(
      ({ holder, rule, within }) =>
        copy.holders.includes(holder) &&
        isWithin(copy.uri, within ?? rule.uri) &&
        scanned?.holders.includes(holder) !== true,
    );
    if (losingScopes.length === 0 || isUnread(copy, unreadFolders)) continue;
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
      const next = { ...copy, holders: remaining?.holders ?? scanned?.holders ?? [] };
      knownCopies.put(next);
      yield { kind: 'noted', copy: next };
    }
  }
}

/** Compares files by stat. Files it cannot decide are added to `unidentified`. */
async function* findChanged(
  { scannedFiles }: ScanView,
  knownCopies: KnownCopies,
  unidentified: UnidentifiedFile[],
  signal: AbortSignal,
): AsyncGenerator<FileChange> {
  const { isDue, yieldNow } = createYielder(signal);
  for (const { file, holders } of scannedFiles.values()) {
    if (isDue()) await yieldNow();
    const knownCopy = knownCopies.get(file.uri);
    const verdict = compareStat(file, knownCopy);
    if (knownCopy === undefined || verdict === 'identify') {
      unidentified.push({ file, holders: holders });
      continue;
    }
    const next = withHolders(
      verdict === 'sidecars' ? withChangedSidecars(knownCopy, file) : withChangeStamps(knownCopy, file),
      holders,
    );
    if (next !== knownCopy) knownCopies.put(next);
    if (next !== knownCopy) yield { kind: verdict === 'sidecars' ? 'sidecars' : 'noted', copy: next };
  }
  unidentified.sort((a, b) => b.file.modifiedMs - a.file.modifiedMs);
}

/**
 * Returns whether the state of a copy's path is unknown because a folder above it is offline or unreadable.
 */
async function isUnreachable(
  copy: VideoFile,
  scanView: ScanView,
  disk: Disk,
  signal: AbortSignal,
): Promise<boolean> {
  if (isUnread(copy, scanView.unreadFolders)) return true;
  if (scanView.scannedScopes.some(({ rule, within }) => isWithin(copy.uri, within ?? rule.uri))) return false;
  const roots = copy.holders.filter((holder) => isWithin(copy.uri, holder));
  for (const root of roots.length > 0 ? roots : [copy.uri]) {
    if ((await disk.state(root, signal)).state === 'ok') return false;
  }
  return true;
}

/** Groups changes into batches. */
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
