import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Range } from 'vscode-languageserver-protocol';
import type { Uri } from '../../../protocol/base.ts';
import { canonicalFileUri, fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import { pace } from '../../base/pace.ts';
import type { Library } from '../../library.ts';
import { type FoundLink, findLinks } from '../../linking/findLinks.ts';
import { type Lines, type Stretch, stretchesOf } from '../../linking/lines.ts';
import { asTarget, type TargetForm } from '../../linking/openLink.ts';
import type { OpenDocument } from './documents.ts';

/** A link in a document to a video of the library. */
export interface LinkedMoment extends FoundLink {
  /** Where the video lies now. */
  readonly uri: Uri;
  /** True where the link names a path at which it lay before. */
  readonly moved: boolean;
  readonly range: Range;
}

/** Percent-encoding undone where it is one. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The files that a target may mean: as a URI has it, and as a path has it. */
export function meant(target: string, document: string): readonly Uri[] {
  try {
    if (/^file:/i.test(target)) return [canonicalFileUri(target)];
    const path = pathOfFileUri(document);
    if (typeof path !== 'string') return [];
    return [...new Set([decoded(target), target])].map((given) => fileUriOf(resolve(dirname(path), given)));
  } catch {
    return [];
  }
}

type Known = Pick<Library, 'holds' | 'movedTo'>;

/** Where a link leads; undefined where the library never heard of it. */
async function place(
  link: FoundLink,
  document: string,
  library: Known,
  signal: AbortSignal,
): Promise<Pick<LinkedMoment, 'uri' | 'moved'> | undefined> {
  const uris = meant(link.target, document);
  const uri = uris.find((one) => library.holds(one));
  if (uri !== undefined) return { uri, moved: false };
  for (const one of uris) {
    const now = await library.movedTo(one, signal);
    if (now !== undefined) return { uri: now, moved: true };
  }
  return undefined;
}

/** The lines that a range touches, as one stretch. */
function linesIn(text: string, lines: Lines, { start, end }: Range): readonly Stretch[] {
  const offset = lines.startOf(start.line);
  return [{ text: text.slice(offset, lines.startOf(end.line + 1)), offset, line: start.line }];
}

/**
 * The links of a document (or of the lines that `within` touches) that lead into the library; all others are left
 * alone. Others have their turn meanwhile. Rejects with the signal's reason.
 */
export async function mediaLinks(
  { uri: document, text, lines }: Pick<OpenDocument, 'uri' | 'text' | 'lines'>,
  library: Known,
  signal: AbortSignal,
  within?: Range,
): Promise<readonly LinkedMoment[]> {
  const { due, turn } = pace(signal);
  const found: LinkedMoment[] = [];
  for (const stretch of within === undefined ? stretchesOf(text, lines) : linesIn(text, lines, within)) {
    for (const link of findLinks(stretch.text)) {
      if (due()) await turn();
      const there = await place(link, document, library, signal);
      if (there === undefined) continue;
      const [start, end] = [link.start + stretch.offset, link.end + stretch.offset];
      found.push({
        ...link,
        ...there,
        start,
        end,
        targetStart: link.targetStart + stretch.offset,
        targetEnd: link.targetEnd + stretch.offset,
        range: { start: lines.positionAt(start), end: lines.positionAt(end) },
      });
    }
    if (due()) await turn();
  }
  return found;
}

/** A URI with what may end a link escaped too. */
function linkable(uri: Uri): string {
  return uri.replace(/[()[\]'`]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A video as a link from a document names it: by its path from there, or by its URI where the document is in no file. */
export function targetOf(uri: Uri, document: string, form: TargetForm): string {
  try {
    const [path, note] = [pathOfFileUri(uri), pathOfFileUri(document)];
    if (typeof path === 'string' && typeof note === 'string')
      return asTarget(relative(dirname(note), path).replaceAll(sep, '/'), form);
  } catch {
    // An untitled note has no place to start from.
  }
  return linkable(uri);
}

/** Another video in the place of a link's target, named in the way the old one was: as a URI, from the root, from here. */
export function retargeted(link: FoundLink, uri: Uri, document: string): string {
  if (/^file:/i.test(link.target)) return linkable(uri);
  const path = isAbsolute(link.target) ? pathOfFileUri(uri) : undefined;
  return typeof path === 'string'
    ? asTarget(path.replaceAll(sep, '/'), link.form)
    : targetOf(uri, document, link.form);
}
