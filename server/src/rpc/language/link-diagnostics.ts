import { access } from 'node:fs/promises';
import type { Diagnostic, TextEdit } from 'vscode-languageserver-protocol';
import type { Uri } from '../../../protocol/base.ts';
import { fileUriToDisplayPath, fileUriToPath } from '../../base/file-uri.ts';
import { createYielder } from '../../base/yield-to-event-loop.ts';
import { formatTime } from '../../core/domain/format-time.ts';
import { toOneLine } from '../../core/text/one-line.ts';
import type { Library } from '../../library.ts';
import { formatLinkTime } from '../../linking/open-link.ts';
import type { OpenDocument } from './documents.ts';
import {
  type DocumentMediaLink,
  findDocumentMediaLinks,
  type LinkedMoment,
  replaceLinkTarget,
} from './media-links.ts';

/** Equals DiagnosticSeverity.Warning. */
const WARNING_SEVERITY = 2;
/** Sets how far a link may end after the video, in ms, because times in notes are rounded. */
const MAX_ROUNDING_MS = 1000;
/** Sets how long before the end of the video a corrected link without an end starts, in ms. */
const DEFAULT_TAIL_MS = 10_000;

export interface LinkFix {
  readonly title: string;
  readonly edit: TextEdit;
}

/** Describes a problem of a link. */
export interface LinkProblem {
  readonly diagnostic: Diagnostic;
  /** The edit that fixes it, if there is exactly one. */
  readonly fix?: LinkFix;
  /** The link, if its file does not exist. `findMissingLinkFixes` finds what it may mean. */
  readonly missing?: DocumentMediaLink;
}

export type DiagnosticsLibrary = Pick<Library, 'holds' | 'movedTo' | 'videos'>;

function findMovedProblem(link: LinkedMoment, { uri: noteUri, lines }: OpenDocument): LinkProblem {
  const newText = replaceLinkTarget(link, link.uri, noteUri);
  const range = { start: lines.positionAt(link.targetStart), end: lines.positionAt(link.targetEnd) };
  return {
    diagnostic: {
      range: link.range,
      severity: WARNING_SEVERITY,
      source: 'goldfish',
      code: 'moved',
      message: `This video has moved to ${toOneLine(fileUriToDisplayPath(link.uri))}.`,
    },
    fix: { title: `Change the link to ${toOneLine(newText)}`, edit: { range, newText } },
  };
}

function timeProblem(
  link: LinkedMoment,
  durationMs: number,
  { text, lines }: OpenDocument,
): LinkProblem | undefined {
  const { startMs, endMs } = link;
  const startsPastEnd = startMs >= durationMs;
  if (!startsPastEnd && (endMs ?? 0) <= durationMs + MAX_ROUNDING_MS) return undefined;
  const timeText = text.slice(link.targetEnd, link.end);
  const form = timeText.startsWith('::') ? 'org' : link.form;
  const newStartMs = startsPastEnd
    ? Math.max(0, durationMs - (endMs === undefined ? DEFAULT_TAIL_MS : endMs - startMs))
    : startMs;
  const newEndMs = endMs === undefined ? undefined : durationMs;
  const time = formatLinkTime(newStartMs, newEndMs, form);
  const range = { start: lines.positionAt(link.targetEnd), end: lines.positionAt(link.end) };
  return {
    diagnostic: {
      range: link.range,
      severity: WARNING_SEVERITY,
      source: 'goldfish',
      code: 'pastTheEnd',
      message: startsPastEnd
        ? `This link starts at ${formatTime(startMs)}, but the video ends at ${formatTime(durationMs)}.`
        : `This link ends at ${formatTime(endMs ?? 0)}, but the video ends at ${formatTime(durationMs)}.`,
    },
    fix: {
      title: `Change the time to ${formatTime(newStartMs)}${newEndMs === undefined ? '' : `-${formatTime(newEndMs)}`}`,
      // Keep the other parts of the fragment.
      edit: { range, newText: form === 'org' ? time : timeText.replace(/t=[^&]*/, time.slice(1)) },
    },
  };
}

/** Returns whether a file surely does not exist. A file that may not be looked at counts as existing. */
async function isMissing(uri: Uri): Promise<boolean> {
  try {
    await access(fileUriToPath(uri));
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}

/** A wiki link without a folder, such as Obsidian's, may name a file anywhere in the notes. */
function namesFileAnywhere({ form, target, start, targetStart }: DocumentMediaLink): boolean {
  return form === 'wiki' && start === targetStart && !/[\\/]/.test(target);
}

/** Reports a link to a file that is neither indexed nor on disk. */
async function findMissingProblem(
  link: DocumentMediaLink,
  library: DiagnosticsLibrary,
): Promise<LinkProblem | undefined> {
  const [uri] = link.candidates;
  if (uri === undefined) return undefined;
  if (namesFileAnywhere(link) && library.videos({ matching: link.target, limit: 1 }).total > 0)
    return undefined;
  for (const candidate of link.candidates) if (!(await isMissing(candidate))) return undefined;
  return {
    diagnostic: {
      range: link.range,
      severity: WARNING_SEVERITY,
      source: 'goldfish',
      code: 'missing',
      message: `${toOneLine(fileUriToDisplayPath(uri))} does not exist.`,
    },
    missing: link,
  };
}

/** Finds the problems of a document's media links, or of those on the lines that `within` touches. */
export async function findLinkProblems(
  document: OpenDocument,
  library: DiagnosticsLibrary,
  signal: AbortSignal,
  range?: Diagnostic['range'],
): Promise<readonly LinkProblem[]> {
  const { isDue, yieldNow } = createYielder(signal);
  const lengths = new Map<Uri, number>();
  const videoLength = (uri: Uri) => {
    const durationMs = lengths.get(uri) ?? library.videos({ uri, limit: 1 }).videos[0]?.durationMs ?? 0;
    lengths.set(uri, durationMs);
    return durationMs;
  };
  const problems: LinkProblem[] = [];
  for (const noteLink of await findDocumentMediaLinks(document, library, signal, range)) {
    if (isDue()) await yieldNow();
    if (noteLink.destination === undefined) {
      const missing = await findMissingProblem(noteLink, library);
      if (missing !== undefined) problems.push(missing);
      continue;
    }
    const link = { ...noteLink, ...noteLink.destination };
    if (link.moved) problems.push(findMovedProblem(link, document));
    const durationMs = videoLength(link.uri);
    // 0: the video is not measured yet, or its duration is unknown.
    const problem = durationMs === 0 ? undefined : timeProblem(link, durationMs, document);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}
