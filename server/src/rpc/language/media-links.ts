import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Range } from 'vscode-languageserver-protocol';
import type { Uri } from '../../../protocol/base.ts';
import { canonicalFileUri, fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import { createYielder } from '../../base/yield-to-event-loop.ts';
import type { Library } from '../../library.ts';
import { findLinks, type MediaLinkMatch } from '../../linking/find-links.ts';
import { type LineIndex, splitIntoChunks, type TextChunk } from '../../linking/line-index.ts';
import { encodeLinkTarget, type TargetForm } from '../../linking/open-link.ts';
import type { OpenDocument } from './documents.ts';

/** A link in a document to a video of the library. */
export interface LinkedMoment extends MediaLinkMatch {
  /** Where the video lies now. */
  readonly uri: Uri;
  /** True where the link names a path at which it lay before. */
  readonly moved: boolean;
  readonly range: Range;
}

/** Percent-encoding undone where it is one. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The files that a target may mean: as a URI has it, and as a path has it. */
export function candidateUris(target: string, document: string): readonly Uri[] {
  try {
    if (/^file:/i.test(target)) return [canonicalFileUri(target)];
    const path = fileUriToPath(document);
    if (typeof path !== 'string') return [];
    return [...new Set([decodePercent(target), target])].map((candidate) =>
      pathToFileUri(resolve(dirname(path), candidate)),
    );
  } catch {
    return [];
  }
}

type LinkLibrary = Pick<Library, 'holds' | 'movedTo'>;

/** Where a link leads; undefined where the library never heard of it. */
async function resolveLink(
  link: MediaLinkMatch,
  document: string,
  library: LinkLibrary,
  signal: AbortSignal,
): Promise<Pick<LinkedMoment, 'uri' | 'moved'> | undefined> {
  const uris = candidateUris(link.target, document);
  const uri = uris.find((candidate) => library.holds(candidate));
  if (uri !== undefined) return { uri, moved: false };
  for (const candidate of uris) {
    const movedUri = await library.movedTo(candidate, signal);
    if (movedUri !== undefined) return { uri: movedUri, moved: true };
  }
  return undefined;
}

/** The lines that a range touches, as one stretch. */
function chunkOfRange(text: string, lines: LineIndex, { start, end }: Range): readonly TextChunk[] {
  const offset = lines.startOf(start.line);
  return [{ text: text.slice(offset, lines.startOf(end.line + 1)), offset, line: start.line }];
}

/**
 * The links of a document (or of the lines that `within` touches) that lead into the library; all others are left
 * alone. Others have their turn meanwhile. Rejects with the signal's reason.
 */
export async function findMediaLinks(
  { uri: document, text, lines }: Pick<OpenDocument, 'uri' | 'text' | 'lines'>,
  library: LinkLibrary,
  signal: AbortSignal,
  within?: Range,
): Promise<readonly LinkedMoment[]> {
  const { isDue, yieldNow } = createYielder(signal);
  const links: LinkedMoment[] = [];
  for (const chunk of within === undefined
    ? splitIntoChunks(text, lines)
    : chunkOfRange(text, lines, within)) {
    for (const link of findLinks(chunk.text)) {
      if (isDue()) await yieldNow();
      const destination = await resolveLink(link, document, library, signal);
      if (destination === undefined) continue;
      const [start, end] = [link.start + chunk.offset, link.end + chunk.offset];
      links.push({
        ...link,
        ...destination,
        start,
        end,
        targetStart: link.targetStart + chunk.offset,
        targetEnd: link.targetEnd + chunk.offset,
        range: { start: lines.positionAt(start), end: lines.positionAt(end) },
      });
    }
    if (isDue()) await yieldNow();
  }
  return links;
}

/** A URI with what may end a link escaped too. */
function escapeLinkUri(uri: Uri): string {
  return uri.replace(/[()[\]'`]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A video as a link from a document names it: by its path from there, or by its URI where the document is in no file. */
export function toLinkTarget(uri: Uri, document: string, form: TargetForm): string {
  try {
    const [path, notePath] = [fileUriToPath(uri), fileUriToPath(document)];
    if (typeof path === 'string' && typeof notePath === 'string')
      return encodeLinkTarget(relative(dirname(notePath), path).replaceAll(sep, '/'), form);
  } catch {
    // An untitled note has no place to start from.
  }
  return escapeLinkUri(uri);
}

/** Another video in the place of a link's target, named in the way the old one was: as a URI, from the root, from here. */
export function replaceLinkTarget(link: MediaLinkMatch, uri: Uri, document: string): string {
  if (/^file:/i.test(link.target)) return escapeLinkUri(uri);
  const path = isAbsolute(link.target) ? fileUriToPath(uri) : undefined;
  return typeof path === 'string'
    ? encodeLinkTarget(path.replaceAll(sep, '/'), link.form)
    : toLinkTarget(uri, document, link.form);
}
