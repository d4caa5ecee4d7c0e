import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { findCommonFolder, findMissingVolumes, findVolume } from '../core/library/missing-volumes.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import type { Disk, FolderScan, FolderState, UnreadFolder } from '../ports/disk.ts';
import type { FolderScope } from './folder-scope.ts';
import type { KnownCopies } from './known-copies.ts';

const REMEDY = 'Connect its drive. If the videos are gone for good, forget them or remove the folder.';

/** Returns whether the presence of a copy is unknown because of a folder that could not be read. */
export function isUnread(copy: VideoFile, unreadFolders: readonly UnreadFolder[]): boolean {
  return unreadFolders.some(
    ({ uri, volume }) => isWithin(copy.uri, uri) && (volume === undefined || volume === copy.volume),
  );
}

/**
 * Adds the files of missing drives to what a scan could not read. The folder itself is offline if nothing else is in it.
 * There are two signs: another file system in the place of the one that the files were on, and an empty folder that is
 * older than the files indexed in it (a mount point on the same file system, or rows of older versions).
 */
export async function findMissingDrives(
  { rule, holder, within = rule.uri }: FolderScope,
  scan: FolderScan,
  knownCopies: KnownCopies,
  disk: Disk,
  signal: AbortSignal,
): Promise<{ readonly state: FolderState; readonly unread: readonly UnreadFolder[] }> {
  const emptyFolders = scan.bare
    .filter(({ uri, modifiedMs }) =>
      knownCopies.hasNewerBelow(uri, modifiedMs, findVolume(uri, scan.volumes)),
    )
    .map(({ uri }) => ({
      uri,
      reason: `${fileUriToDisplayPath(uri)} is empty, but videos in it are indexed. ${REMEDY}`,
    }));
  const storedCopies = [...knownCopies.all()].filter(
    (copy) => copy.holders.includes(holder) && isWithin(copy.uri, within),
  );
  const files = new Map(scan.files.map((file) => [file.uri, file]));
  const missingFolders: UnreadFolder[] = [];
  let missingCount = 0;
  for (const { volume, copies } of findMissingVolumes(storedCopies, files, scan.volumes)) {
    const missingCopies = await findMissingCopies(copies, disk, signal);
    if (missingCopies.length === 0) continue;
    missingCount += missingCopies.length;
    const uri = findCommonFolder(missingCopies.map((copy) => copy.uri));
    const counted = missingCopies.length === 1 ? '1 indexed video' : `${missingCopies.length} indexed videos`;
    const reason = `The drive with ${counted} in ${fileUriToDisplayPath(uri)} is missing. ${REMEDY}`;
    missingFolders.push({ uri, volume, reason });
  }
  const unread = [...scan.unread, ...emptyFolders, ...missingFolders];
  const rootReason =
    emptyFolders.find(({ uri }) => uri === rule.uri)?.reason ??
    (within === rule.uri && scan.files.length === 0 && missingCount === storedCopies.length
      ? missingFolders[0]?.reason
      : undefined);
  return { state: rootReason === undefined ? scan.state : { state: 'offline', reason: rootReason }, unread };
}

/** Leaves out the files that exist: rules or an ignore file exclude them now. */
async function findMissingCopies(
  copies: readonly VideoFile[],
  disk: Disk,
  signal: AbortSignal,
): Promise<readonly VideoFile[]> {
  const readableFolders = new Map<Uri, boolean>();
  const missingCopies: VideoFile[] = [];
  for (const copy of copies) {
    const folder = findCommonFolder([copy.uri]);
    let isReadable = readableFolders.get(folder);
    if (isReadable === undefined) {
      isReadable = (await disk.state(folder, signal)).state === 'ok';
      readableFolders.set(folder, isReadable);
    }
    if (!isReadable || (await disk.stat(copy.uri, signal)) === undefined) missingCopies.push(copy);
  }
  return missingCopies;
}
