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

/** Describes a link from a document to media, whether or not the library knows it. */
export interface DocumentMediaLink extends MediaLinkMatch {
  readonly range: Range;
  /** The files that the target can mean. Empty if the document is not a file and the target is relative. */
  readonly candidates: readonly Uri[];
  readonly destination: Pick<LinkedMoment, 'uri' | 'moved'> | undefined;
}

/** Describes a link from a document to a video of the library. */
export interface LinkedMoment extends MediaLinkMatch {
  /** The current location of the video. */
  readonly uri: Uri;
  /** True if the link names a former path of the video. */
  readonly moved: boolean;
  readonly range: Range;
}

/** Decodes percent-encoding. Returns the text unchanged if it is not valid encoding. */
export function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the files that a link target can mean, read as percent-encoded text and read literally. */
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

/** Finds the video that a link means. Returns undefined if the library has never indexed its target. */
async function resolveLink(
  uris: readonly Uri[],
  library: LinkLibrary,
  signal: AbortSignal,
): Promise<DocumentMediaLink['destination']> {
  const uri = uris.find((candidate) => library.holds(candidate));
  if (uri !== undefined) return { uri, moved: false };
  for (const candidate of uris) {
    const movedUri = await library.movedTo(candidate, signal);
    if (movedUri !== undefined) return { uri: movedUri, moved: true };
  }
  return undefined;
}

/** Returns the lines that a range touches, as one chunk. */
function chunkOfRange(text: string, lines: LineIndex, { start, end }: Range): readonly TextChunk[] {
  const offset = lines.startOf(start.line);
  return [{ text: text.slice(offset, lines.startOf(end.line + 1)), offset, line: start.line }];
}

/**
 * Finds the links of a document, or of the lines that `range` touches, that point to media. Yields to the event loop
 * while it works. Rejects with the signal's reason.
 */
export async function findDocumentMediaLinks(
  { uri: document, text, lines }: Pick<OpenDocument, 'uri' | 'text' | 'lines'>,
  library: LinkLibrary,
  signal: AbortSignal,
  range?: Range,
): Promise<readonly DocumentMediaLink[]> {
  const { isDue, yieldNow } = createYielder(signal);
  const links: DocumentMediaLink[] = [];
  for (const chunk of range === undefined ? splitIntoChunks(text, lines) : chunkOfRange(text, lines, range)) {
    for (const link of findLinks(chunk.text)) {
      if (isDue()) await yieldNow();
      const candidates = candidateUris(link.target, document);
      const destination = await resolveLink(candidates, library, signal);
      const [start, end] = [link.start + chunk.offset, link.end + chunk.offset];
      links.push({
        ...link,
        candidates,
        destination,
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

/** Finds the links of a document, or of the lines that `range` touches, that point to videos of the library. */
export async function findMediaLinks(
  document: Pick<OpenDocument, 'uri' | 'text' | 'lines'>,
  library: LinkLibrary,
  signal: AbortSignal,
  range?: Range,
): Promise<readonly LinkedMoment[]> {
  const links = await findDocumentMediaLinks(document, library, signal, range);
  return links.flatMap((link) => (link.destination === undefined ? [] : [{ ...link, ...link.destination }]));
}

/** Escapes the characters in a URI that could end a link. */
function escapeLinkUri(uri: Uri): string {
  return uri.replace(/[()[\]'`]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Returns a link target for a video: its path relative to the document, or its URI if the document is not a file. */
export function toLinkTarget(uri: Uri, document: string, form: TargetForm): string {
  try {
    const [path, notePath] = [fileUriToPath(uri), fileUriToPath(document)];
    if (typeof path === 'string' && typeof notePath === 'string')
      return encodeLinkTarget(relative(dirname(notePath), path).replaceAll(sep, '/'), form);
  } catch {
    // An untitled note has no folder.
  }
  return escapeLinkUri(uri);
}

/** Returns a new target for a link, in the form of the old one: a URI, an absolute path or a relative path. */
export function replaceLinkTarget(link: MediaLinkMatch, uri: Uri, document: string): string {
  if (/^file:/i.test(link.target)) return escapeLinkUri(uri);
  const path = isAbsolute(link.target) ? fileUriToPath(uri) : undefined;
  return typeof path === 'string'
    ? encodeLinkTarget(path.replaceAll(sep, '/'), link.form)
    : toLinkTarget(uri, document, link.form);
}
