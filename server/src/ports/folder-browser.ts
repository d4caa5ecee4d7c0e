import type { Uri } from '../core/domain/time-range.ts';

export interface BrowseRequest {
  /** The folder to list; undefined for the places to start from. */
  readonly uri: Uri | undefined;
  /** How many folders to skip. */
  readonly offset: number;
  /** The maximum number of folders. */
  readonly limit: number;
  /** Folders that are not listed. */
  readonly leaveOut: readonly Uri[];
}

/** A folder with the media files in it and below it, as indexing would find them. */
export interface CountedFolder {
  readonly uri: Uri;
  /** For display only. */
  readonly path: string;
  readonly name: string;
  readonly videos: number;
  readonly bytes: number;
  /** False if counting stopped early. */
  readonly complete: boolean;
}

export interface FolderBrowse {
  readonly folder?: CountedFolder;
  readonly parent?: Uri;
  /** One page, sorted by name. */
  readonly folders: readonly CountedFolder[];
  readonly total: number;
}

/** Lists folders for a person who chooses one to watch. Lists no files, and no hidden or system folders. */
export interface FolderBrowser {
  /**
   * Takes about 2 s at most, without blocking the event loop: counting stops early in large folders. Resolves with
   * undefined if the folder cannot be listed. Rejects with the signal's reason.
   */
  browse(request: BrowseRequest, signal: AbortSignal): Promise<FolderBrowse | undefined>;
}
