import type { BesideVideo, CueTrack } from '../core/domain/cue.ts';
import type { DiskFile } from '../core/domain/disk-file.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';

export interface FolderRule {
  readonly uri: Uri;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly poll: boolean;
}

export type FileStat = Pick<DiskFile, 'bytes' | 'modifiedMs'>;

export type FolderState =
  | { readonly state: 'ok' }
  /** The folder itself cannot be read: its videos are offline, their rows stay. */
  | { readonly state: 'offline'; readonly reason: string };

/** What a scan saw. Folders that could not be listed are told apart from folders without files. */
export interface FolderScan {
  readonly state: FolderState;
  readonly files: readonly DiskFile[];
  /** Folders below the root that could not be read: what lies in them is not known. */
  readonly unread: readonly { readonly uri: Uri; readonly reason: string }[];
  /** Folders (the root too) that hold nothing at all, with their own time: a drive may be missing from them. */
  readonly bare: readonly { readonly uri: Uri; readonly modifiedMs: Ms }[];
}

/** Something may have changed: look again. */
export interface WatchEvent {
  readonly folder: Uri;
  /** The folder below it to look at; absent: the whole folder. */
  readonly within?: Uri;
  /** Present when watching itself failed (ENOSPC, EMFILE): what to do. */
  readonly problem?: string;
}

/** The file system as the planner sees it. */
export interface Disk {
  /**
   * Media files of a folder (or the one file, where `uri` names a file) under its rules, `.goldfishignore`, and
   * without hidden and system folders; batches keep the event loop free. `state` tells whether the root could be read.
   * `within`: only this folder below the root, where an event named it.
   */
  scan(rule: FolderRule, signal: AbortSignal, within?: Uri): Promise<FolderScan>;
  /** Whether a folder (or the folder of a file) can be read now; looks at nothing below it. */
  state(uri: Uri, signal: AbortSignal): Promise<FolderState>;
  /** A regular file's size and time, whatever the rules say of it; undefined where there is none. */
  stat(uri: Uri, signal: AbortSignal): Promise<FileStat | undefined>;
  /** Resolves once size and time stand still and the file can be read to its end; rejects with FailureError. */
  waitUntilStable(uri: Uri, signal: AbortSignal): Promise<FileStat>;
  /** Hash of sampled blocks and the size. Hex. */
  sample(uri: Uri, signal: AbortSignal): Promise<string>;
  /** Hash of the whole file. Hex. */
  digest(uri: Uri, signal: AbortSignal): Promise<string>;
  /**
   * Reads and parses a sidecar file of any encoding, in slices that keep the event loop free; rejects with
   * FailureError.
   */
  sidecar(uri: Uri, beside: BesideVideo, signal: AbortSignal): Promise<CueTrack>;
  /**
   * Watches until aborted. Events may be lost or repeated; the scan is the truth. The first event, for the whole
   * folder, comes when watching has begun: what a scan from then on misses is told.
   */
  watch(rule: FolderRule, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}
