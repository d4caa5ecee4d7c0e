import type { DiskFile, VolumeRoot } from '../domain/disk-file.ts';
import type { Uri } from '../domain/time-range.ts';
import type { VideoFile, VolumeId } from '../domain/video.ts';
import { compareStat, hasOnlyNewStamp, isWithin } from './reconcile-file.ts';

/** Files that vanished together with the file system that they were on. */
export interface MissingVolume {
  readonly volume: VolumeId;
  readonly copies: readonly VideoFile[];
}

/** What a scan says about one file system that copies were last seen on. */
interface VolumeTally {
  readonly vanishedCopies: VideoFile[];
  /** Files that are on another file system now and look the same. */
  matches: number;
  /** Whether one of them has the same change stamp, which a copy of a file has not. */
  hasSameFile: boolean;
}

/**
 * Finds the stored copies that vanished because another file system is in the place of theirs: the drive was unmounted,
 * and what its mount point contained, if anything, is visible instead.
 * A system may give its file systems other numbers at each start. If one stored file, or half of the copies in question, is
 * unchanged on a file system with another number, that is the old one, and a file missing from it was deleted.
 */
export function findMissingVolumes(
  copies: Iterable<VideoFile>,
  files: ReadonlyMap<Uri, DiskFile>,
  volumes: readonly VolumeRoot[],
): readonly MissingVolume[] {
  const tallies = new Map<VolumeId, VolumeTally>();
  for (const copy of copies) {
    const currentVolume = findVolume(copy.uri, volumes);
    if (copy.volume === undefined || currentVolume === undefined || currentVolume === copy.volume) continue;
    let tally = tallies.get(copy.volume);
    if (tally === undefined) {
      tally = { vanishedCopies: [], matches: 0, hasSameFile: false };
      tallies.set(copy.volume, tally);
    }
    const file = files.get(copy.uri);
    if (file === undefined) tally.vanishedCopies.push(copy);
    else if (hasOnlyNewStamp(file, copy)) tally.matches += 1;
    else if (compareStat(file, copy) !== 'identify') tally.hasSameFile = true;
  }
  return [...tallies]
    .filter(([, { vanishedCopies, matches, hasSameFile }]) => !hasSameFile && matches < vanishedCopies.length)
    .map(([volume, { vanishedCopies }]) => ({ volume, copies: vanishedCopies }));
}

/** Returns the file system of a path: that of the deepest root above it. */
export function findVolume(uri: Uri, volumes: readonly VolumeRoot[]): VolumeId | undefined {
  let deepest: VolumeRoot | undefined;
  for (const root of volumes)
    if (isWithin(uri, root.uri) && root.uri.length >= (deepest?.uri.length ?? 0)) deepest = root;
  return deepest?.volume;
}

/** Returns the deepest folder that contains all files. */
export function findCommonFolder(uris: readonly Uri[]): Uri {
  let folder = toFolder(uris[0] ?? '');
  for (const uri of uris) while (!isWithin(uri, folder)) folder = toFolder(folder);
  return folder;
}

function toFolder(uri: Uri): Uri {
  const end = uri.lastIndexOf('/');
  return uri.slice(0, end <= 'file://'.length ? 'file:///'.length : end);
}
