import { dirname, resolve } from 'node:path';
import type { Range } from 'vscode-languageserver-protocol';
import type { Uri } from '../../../protocol/base.ts';
import { canonicalFileUri, fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import type { Library } from '../../library.ts';
import { type FoundLink, findLinks } from '../../linking/findLinks.ts';
import { positionsIn } from '../../linking/lines.ts';

/** A link in a document to a video of the library. */
export interface LinkedMoment extends FoundLink {
  readonly uri: Uri;
  readonly range: Range;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The files that a target may mean: as a URI has it, and as a path has it. */
function meant(target: string, document: string): readonly Uri[] {
  try {
    if (/^file:/i.test(target)) return [canonicalFileUri(target)];
    const path = pathOfFileUri(document);
    if (typeof path !== 'string') return [];
    return [decoded(target), target].map((given) => fileUriOf(resolve(dirname(path), given)));
  } catch {
    return [];
  }
}

/** The links of a document that lead into the library; all others are left alone. */
export function mediaLinks(
  text: string,
  document: string,
  library: Pick<Library, 'holds'>,
): readonly LinkedMoment[] {
  const { positionAt } = positionsIn(text);
  return findLinks(text).flatMap((link) => {
    const uri = meant(link.target, document).find((one) => library.holds(one));
    const range = { start: positionAt(link.start), end: positionAt(link.end) };
    return uri === undefined ? [] : [{ ...link, uri, range }];
  });
}
