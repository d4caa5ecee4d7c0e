import type { CueTrack } from '../core/cue.ts';
import type { Ms, Uri } from '../core/range.ts';
import type { Sidecar } from '../core/video.ts';

export interface FolderRule {
  readonly uri: Uri;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly poll: boolean;
}

/** A media file as it lies on disk, with the sidecar files that belong to its path. */
export interface DiskFile {
  readonly uri: Uri;
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  readonly sidecars: readonly Sidecar[];
}

export type FolderState =
  | { readonly state: 'ok' }
  /** The folder itself cannot be read: its videos are offline, their rows stay. */
  | { readonly state: 'offline'; readonly reason: string };

/** What changed, or that something may have: the folder is then scanned again. */
export interface WatchEvent {
  readonly folder: Uri;
  /** A folder or file below it that changed; absent: scan the whole folder. */
  readonly uri?: Uri;
  /** Present when watching itself failed (ENOSPC, EMFILE): what to do. */
  readonly problem?: string;
}

/** The file system as the planner sees it. */
export interface Disk {
  /**
   * Media files of a folder (or the one file, where `uri` names a file) under its rules, `.goldfishignore`, and
   * without hidden and system folders; batches keep the event loop free. `state` tells whether the root could be read.
   */
  scan(
    rule: FolderRule,
    signal: AbortSignal,
  ): Promise<{ readonly state: FolderState; readonly files: readonly DiskFile[] }>;
  /** The one file, or undefined where it is gone or left out by the rules. */
  file(uri: Uri): Promise<DiskFile | undefined>;
  /** Resolves once size and time stand still and the file can be read to its end; rejects with FailureError. */
  stable(uri: Uri, signal: AbortSignal): Promise<DiskFile>;
  /** Hash of sampled blocks and the size. Hex. */
  sample(uri: Uri, signal: AbortSignal): Promise<string>;
  /** Hash of the whole file. Hex. */
  digest(uri: Uri, signal: AbortSignal): Promise<string>;
  /** Reads and parses a sidecar file of any encoding; rejects with FailureError. */
  sidecar(uri: Uri, signal: AbortSignal): Promise<CueTrack>;
  /** Watches until aborted. Events may be lost or repeated; the scan is the truth. */
  watch(rule: FolderRule, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}
