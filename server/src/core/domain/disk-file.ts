import type { Ms, Uri } from './time-range.ts';
import type { ChangeStamp, Sidecar, VolumeId } from './video.ts';

/** Describes a media file on disk and the sidecar files that belong to its path. */
export interface DiskFile {
  readonly uri: Uri;
  /** For display only: bytes that are not UTF-8 are replaced. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  readonly changeStamp?: ChangeStamp;
  /** File system of the folder that contains the file. */
  readonly volume?: VolumeId;
  /** Sorted by name. */
  readonly sidecars: readonly Sidecar[];
}

/** A folder that starts another file system than the folder above it, or that the scan started at. */
export interface VolumeRoot {
  readonly uri: Uri;
  readonly volume: VolumeId;
}
