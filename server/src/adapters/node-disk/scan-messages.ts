import type { DiskFile } from '../../core/domain/disk-file.ts';
import type { BrowseRequest, FolderBrowse } from '../../ports/folder-browser.ts';
import type { WalkEnd, WalkRequest } from './walk-folder.ts';

/** Types the calls of the scan thread for base/child-supervisor.ts. */
export type ScanCalls = {
  /** Lists files, batch by batch. */
  scan: { params: WalkRequest; event: FileColumns; result: WalkEnd };
  /** Returns a hash of what a scan would list; equal if nothing changed. */
  fingerprint: { params: WalkRequest; event: never; result: string };
  /** Lists folders with what is in them; null if the folder cannot be listed. */
  browse: { params: BrowseRequest; event: never; result: FolderBrowse | null };
};

/** `detail` of an error: a glob or URI of the request is invalid. */
export const BAD_REQUEST = 'badRequest';

/** Stores files as columns, which are several times faster to send to another thread than objects. */
export interface FileColumns {
  /** URIs, separated by `\n`. */
  readonly uris: string;
  /** Paths, separated by `\0`. */
  readonly paths: string;
  /** `bytes` and `modifiedMs` of each file in turn. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly sidecars: ReadonlyMap<number, DiskFile['sidecars']>;
}

const NO_SIDECARS: DiskFile['sidecars'] = [];

export function toFileColumns(files: readonly DiskFile[]): FileColumns {
  const sidecars = new Map<number, DiskFile['sidecars']>();
  const numbers = new Float64Array(files.length * 2);
  for (const [index, file] of files.entries()) {
    numbers[index * 2] = file.bytes;
    numbers[index * 2 + 1] = file.modifiedMs;
    if (file.sidecars.length > 0) sidecars.set(index, file.sidecars);
  }
  return {
    uris: files.map((file) => file.uri).join('\n'),
    paths: files.map((file) => file.path).join('\0'),
    numbers,
    sidecars,
  };
}

/** Appends the files of a batch to `files`. */
export function appendFiles({ uris, paths, numbers, sidecars }: FileColumns, files: DiskFile[]): void {
  const displayPaths = paths.split('\0');
  for (const [index, uri] of uris.split('\n').entries()) {
    files.push({
      uri,
      path: displayPaths[index] ?? '',
      bytes: numbers[index * 2] ?? 0,
      modifiedMs: numbers[index * 2 + 1] ?? 0,
      sidecars: sidecars.get(index) ?? NO_SIDECARS,
    });
  }
}
