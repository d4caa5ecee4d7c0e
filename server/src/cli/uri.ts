import { fileUriOf, pathOfFileUri } from '../base/file-uri.ts';
import { type MediaLink, parseMediaLink } from '../core/mediaLink.ts';
import { usageError } from './failure.ts';

/** The path of a local `file:` URI for a person; the URI itself where its bytes are not text. */
export function shownPath(uri: string): string {
  try {
    const path = pathOfFileUri(uri);
    return typeof path === 'string' ? path : uri;
  } catch {
    return uri;
  }
}

const anyScheme = /^[a-z][a-z0-9+.-]+:\/\//i;
const timeAtEnd = /#t=[\d.,:]+$/;

/**
 * A path, a `file:` URI or a link with a time, as an argument names it. A path may carry `#t=83.2` as well. Throws a
 * usage error for what is no file or folder of this machine.
 */
export function placeOf(given: string, toPath: (given: string) => string): MediaLink {
  if (anyScheme.test(given)) {
    const link = parseMediaLink(given);
    try {
      return { ...link, uri: fileUriOf(pathOfFileUri(link.uri)) };
    } catch {
      throw usageError(
        `${given} is not a file or folder of this machine.`,
        'Give a path, or a file: URI without a host.',
      );
    }
  }
  const time = timeAtEnd.exec(given);
  const uri = fileUriOf(toPath(time ? given.slice(0, time.index) : given));
  return time ? parseMediaLink(`${uri}${time[0]}`) : { uri, startMs: 0 };
}

/** The URI of a path or local URI that an argument names. */
export function localUri(given: string, toPath: (given: string) => string): string {
  return anyScheme.test(given) ? placeOf(given, toPath).uri : fileUriOf(toPath(given));
}
