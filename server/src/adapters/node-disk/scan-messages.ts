import type { DiskFile } from '../../core/domain/disk-file.ts';
import type { WalkEnd, WalkRequest } from './walk-folder.ts';

/** The calls of the scan thread, as base/child-supervisor.ts types them. */
export type ScanCalls = {
  /** Lists files, batch by batch. */
  scan: { params: WalkRequest; event: FileColumns; result: WalkEnd };
  /** Returns a hash of what a scan would list; equal if nothing changed. */
  fingerprint: { params: WalkRequest; event: never; result: string };
};

/** `detail` of an error: the request names a glob or URI that cannot be read. */
export const BAD_REQUEST = 'badRequest';

/** Files by the column, which crosses to another thread several times faster than objects. */
export interface FileColumns {
  /** URIs, `\n` between. */
  readonly uris: string;
  /** Paths, `\0` between. */
  readonly paths: string;
  /** Bytes and modifiedMs by turns. */
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
