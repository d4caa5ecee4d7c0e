import { fileURLToPath, pathToFileURL } from 'node:url';
import { usageError } from './failure.ts';

/** The `file:` URI of an absolute path; the daemon brings it into its canonical form. */
export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** A path, a `file:` URI or a link with a time (`#t=83.2,97`), as the user gave it. */
export interface Place {
  readonly uri: string;
  /** Milliseconds. */
  readonly startMs?: number;
  readonly endMs?: number;
}

const time = /#t=(?:npt:)?(\d+(?:\.\d+)?)(?:,(\d+(?:\.\d+)?))?$/;

/** Reads a link or path; undefined where it is a URI of another scheme, or of another host. */
export function placeOf(given: string, toPath: (given: string) => string): Place | undefined {
  const match = time.exec(given);
  const bare = match ? given.slice(0, match.index) : given;
  const uri = /^file:/i.test(bare)
    ? bare
    : /^[a-z][a-z0-9+.-]+:\/\//i.test(bare)
      ? undefined
      : uriOf(toPath(bare));
  if (uri === undefined || !isLocal(uri)) return undefined;
  return {
    uri,
    ...(match?.[1] ? { startMs: Math.round(Number(match[1]) * 1000) } : {}),
    ...(match?.[2] ? { endMs: Math.round(Number(match[2]) * 1000) } : {}),
  };
}

function isLocal(uri: string): boolean {
  try {
    const url = new URL(uri);
    return url.protocol === 'file:' && (url.hostname === '' || url.hostname === 'localhost');
  } catch {
    return false;
  }
}

/** The path of a local `file:` URI, or undefined where its bytes are not UTF-8. */
export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

/** The URI of a path or local URI that an argument names. */
export function localUri(given: string, toPath: (given: string) => string): string {
  const place = placeOf(given, toPath);
  if (place) return place.uri;
  throw usageError(
    `${given} is not a file or folder of this machine.`,
    'Give a path or a file: URI without a host.',
  );
}
