import type { Ms, Uri } from './time-range.ts';
import type { Sidecar } from './video.ts';

/** A media file as it lies on disk, with the sidecar files that belong to its path. */
export interface DiskFile {
  readonly uri: Uri;
  /** For display; bytes that are not UTF-8 are replaced. */
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  /** In name order. */
  readonly sidecars: readonly Sidecar[];
}
