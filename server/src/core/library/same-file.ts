import type { DiskFile } from '../domain/disk-file.ts';
import type { VideoFile } from '../domain/video.ts';

/** Size and times of a file. `changeStamp` is missing where it was not stored yet. */
type FileFacts = Pick<DiskFile, 'bytes' | 'modifiedMs' | 'changeStamp'>;
type IndexedFacts = FileFacts & Pick<VideoFile, 'growing'>;

/** Returns the inode in a change stamp (`CTIME:INODE`). */
export function inodeOf(changeStamp: string | undefined): string | undefined {
  return changeStamp?.slice(changeStamp.lastIndexOf(':') + 1);
}

/** Returns the time in a change stamp, in ms since 1970; undefined if it has none. */
export function changeTimeOf(changeStamp: string | undefined): number | undefined {
  const timeMs = Number.parseFloat(changeStamp ?? '');
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/**
 * Returns whether a path still leads to the file that was indexed: same size, time and inode. A link to another file that
 * takes its place differs in the inode, whatever size and time it has. New permissions or a new name change nothing. A recording in
 * progress may be longer.
 */
export function isSameFile(indexed: IndexedFacts, current: FileFacts): boolean {
  const inodes = [inodeOf(indexed.changeStamp), inodeOf(current.changeStamp)];
  const isInodeKnown = !inodes.includes(undefined);
  if (indexed.growing?.isReadable) return inodes[0] === inodes[1] && current.bytes >= indexed.bytes;
  return (
    indexed.bytes === current.bytes &&
    indexed.modifiedMs === current.modifiedMs &&
    (!isInodeKnown || inodes[0] === inodes[1])
  );
}
