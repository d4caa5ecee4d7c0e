import { fileUriToPath, pathToFileUri } from '../base/file-uri.ts';
import { type MediaLink, parseMediaLink } from '../core/domain/media-link.ts';
import { usageError } from './cli-failure.ts';

/** Returns the path of a local `file:` URI for display, or the URI itself if its bytes are not valid text. */
export function uriToDisplayPath(uri: string): string {
  try {
    const path = fileUriToPath(uri);
    return typeof path === 'string' ? path : uri;
  } catch {
    return uri;
  }
}

const ANY_SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;
const TIME_FRAGMENT = /#t=[\d.,:]+$/;

/**
 * Parses an argument: a path, a `file:` URI or a link with a time. A path may carry `#t=83.2` as well. Throws a usage
 * error for a URI that does not name a file or folder of this machine.
 */
export function parseLocation(argument: string, resolvePath: (path: string) => string): MediaLink {
  if (ANY_SCHEME.test(argument)) {
    const link = parseMediaLink(argument);
    try {
      return { ...link, uri: pathToFileUri(fileUriToPath(link.uri)) };
    } catch {
      throw usageError(
        `${argument} is not a file or folder on this computer.`,
        'Give a path, or a file: URI without a host.',
      );
    }
  }
  const time = TIME_FRAGMENT.exec(argument);
  const uri = pathToFileUri(resolvePath(time ? argument.slice(0, time.index) : argument));
  return time ? parseMediaLink(`${uri}${time[0]}`) : { uri, startMs: 0 };
}

/** Converts an argument, a path or a local URI, to a URI. */
export function toLocalUri(argument: string, resolvePath: (path: string) => string): string {
  return ANY_SCHEME.test(argument)
    ? parseLocation(argument, resolvePath).uri
    : pathToFileUri(resolvePath(argument));
}
