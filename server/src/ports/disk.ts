import type { BesideVideo, CueTrack } from '../core/domain/cue.ts';
import type { DiskFile, VolumeRoot } from '../core/domain/disk-file.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';
import type { VolumeId } from '../core/domain/video.ts';
import type { RecordingFacts } from '../core/recording/judge-growth.ts';

export interface FolderRule {
  readonly uri: Uri;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly poll: boolean;
}

export type FileStat = Pick<DiskFile, 'bytes' | 'modifiedMs' | 'changeStamp'>;

/** How far a file can be read that another program may still be writing. */
export type RecordingReading = FileStat & RecordingFacts;

export type FolderState =
  | { readonly state: 'ok' }
  /** The folder itself is unreadable: its videos are offline, and their rows stay. */
  | { readonly state: 'offline'; readonly reason: string };

/** Files whose presence is unknown: all below a folder, or those of them that were last seen on one file system. */
export interface UnreadFolder {
  readonly uri: Uri;
  readonly reason: string;
  /** The file system that is missing. If it is set, other files below the folder are known. */
  readonly volume?: VolumeId;
}

/** The result of a scan. Unreadable folders are distinguished from empty ones. */
export interface FolderScan {
  readonly state: FolderState;
  readonly files: readonly DiskFile[];
  /** Unreadable folders below the root, whose content is unknown. */
  readonly unread: readonly UnreadFolder[];
  /** Empty folders (including the root) with their modification time: a drive may be missing. */
  readonly bare: readonly { readonly uri: Uri; readonly modifiedMs: Ms }[];
  /** Where file systems begin. A folder that was scanned and is missing now has that of the folder above it. */
  readonly volumes: readonly VolumeRoot[];
}

/** Reports that something may have changed and a scan is due. */
export interface WatchEvent {
  readonly folder: Uri;
  /** The subfolder to scan; missing for the whole folder. */
  readonly within?: Uri;
  /** Set if watching itself failed (ENOSPC, EMFILE): what to do. */
  readonly problem?: string;
}

/** Provides the file system to the planner. */
export interface Disk {
  /**
   * Lists the media files of a folder (or the one file that `uri` names), subject to its rules and
   * `.goldfishignore`, without hidden and system folders. Works in batches that do not block the event loop.
   * `state` says whether the root is readable. `within` restricts the scan to a subfolder.
   */
  scan(rule: FolderRule, signal: AbortSignal, within?: Uri): Promise<FolderScan>;
  /** Returns whether a folder (or the folder of a file) is readable now, without looking below it. */
  state(uri: Uri, signal: AbortSignal): Promise<FolderState>;
  /** Returns the size and time of a regular file, whatever the rules; undefined if there is none. */
  stat(uri: Uri, signal: AbortSignal): Promise<FileStat | undefined>;
  /**
   * Resolves once size and time are stable and the file is readable to its end; rejects with
   * MediaFailureError.
   */
  waitUntilStable(uri: Uri, signal: AbortSignal): Promise<FileStat>;
  /** Reads how far a file can be read now, whether or not it is complete. Rejects with MediaFailureError. */
  recording(uri: Uri, signal: AbortSignal): Promise<RecordingReading>;
  /** Returns the hashes by which the first `bytes` of a recording are recognised. Rejects with MediaFailureError. */
  growthBlocks(uri: Uri, bytes: number, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Returns the hash of sampled blocks and the size, in hex. `bytes`: as if the file ended there. Rejects with
   * MediaFailureError.
   */
  sample(uri: Uri, signal: AbortSignal, bytes?: number): Promise<string>;
  /** Returns the hash of the whole file, in hex. */
  digest(uri: Uri, signal: AbortSignal): Promise<string>;
  /**
   * Reads and parses a sidecar file of any encoding, in slices that do not block the event loop. Rejects with
   * MediaFailureError.
   */
  sidecar(uri: Uri, beside: BesideVideo, signal: AbortSignal): Promise<CueTrack>;
  /**
   * Watches until aborted. Events may be lost or repeated; only a scan is authoritative. The first event, for
   * the whole folder, signals that watching has started: any change missed by a later scan is reported.
   */
  watch(rule: FolderRule, onEvent: (event: WatchEvent) => void, signal: AbortSignal): Promise<void>;
}
