import type { Uri } from '../core/domain/time-range.ts';
import type { FolderRule } from '../ports/disk.ts';

/** A folder or file to scan. */
export interface FolderScope {
  readonly rule: FolderRule;
  /** Entry in `VideoFile.holders`: the folder's URI, or `index` for a run. */
  readonly holder: string;
  /** Restricts the scan to this subfolder if an event named one. */
  readonly within?: Uri;
}
