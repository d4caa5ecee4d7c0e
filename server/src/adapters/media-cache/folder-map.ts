import { posix } from 'node:path';
import { fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';

/** A folder that has another path on this machine. */
export interface FolderMapping {
  /** Path on the daemon's machine, absolute. */
  readonly from: string;
  /** Path on this machine, absolute. */
  readonly to: string;
}

/** Parses `DAEMON_FOLDER=LOCAL_FOLDER`. Returns undefined if it is anything else. */
export function parseFolderMapping(text: string): FolderMapping | undefined {
  const at = text.indexOf('=');
  const from = text.slice(0, at).replace(/\/+$/, '');
  const to = text.slice(at + 1).replace(/[\\/]+$/, '');
  return at > 0 && /^(?:\/|[A-Za-z]:[\\/])/.test(from) && to !== '' ? { from, to } : undefined;
}

/** Returns a path of the daemon's machine as it is on this machine. The longest mapping wins. */
export function mapPath(path: string, mappings: readonly FolderMapping[]): string {
  const best = mappings
    .filter(({ from }) => path === from || path.startsWith(`${from}/`))
    .reduce<FolderMapping | undefined>(
      (a, b) => (a !== undefined && a.from.length >= b.from.length ? a : b),
      undefined,
    );
  return best === undefined ? path : posix.join(best.to, path.slice(best.from.length));
}

/** Does the same for a URI. A name that is not UTF-8 is mapped too: its bytes stay. */
export function mapUri(uri: string, mappings: readonly FolderMapping[]): string {
  if (mappings.length === 0) return uri;
  const path = fileUriToPath(uri);
  // latin1 maps each byte to one character.
  const text = typeof path === 'string' ? Buffer.from(path).toString('latin1') : path.toString('latin1');
  const asBytes = mappings.map(({ from, to }) => ({
    from: Buffer.from(from).toString('latin1'),
    to: Buffer.from(to).toString('latin1'),
  }));
  return pathToFileUri(Buffer.from(mapPath(text, asBytes), 'latin1'));
}
