import type { Diagnostic, TextEdit } from 'vscode-languageserver-protocol';
import type { Uri } from '../../../protocol/base.ts';
import { showFileUri } from '../../base/file-uri.ts';
import { pace } from '../../base/pace.ts';
import { oneLine } from '../../core/oneLine.ts';
import type { Library } from '../../library.ts';
import { clock } from '../../linking/hoverText.ts';
import { asTime } from '../../linking/openLink.ts';
import type { OpenDocument } from './documents.ts';
import { type LinkedMoment, mediaLinks, retargeted } from './mediaLinks.ts';

/** DiagnosticSeverity.Warning. */
const WARNING = 2;
/** What a link's end may be past the video's: times in notes are rounded, ms. */
const ROUNDED_MS = 1000;
/** What a link keeps before the end of a video where it names no end, ms. */
const LAST_MS = 10_000;

/** What is wrong with a link, and the edit that mends it. */
export interface Problem {
  readonly diagnostic: Diagnostic;
  readonly title: string;
  readonly edit: TextEdit;
}

export type Judged = Pick<Library, 'holds' | 'movedTo' | 'videos'>;

function movedProblem(link: LinkedMoment, { uri: note, lines }: OpenDocument): Problem {
  const newText = retargeted(link, link.uri, note);
  const range = { start: lines.positionAt(link.targetStart), end: lines.positionAt(link.targetEnd) };
  return {
    diagnostic: {
      range: link.range,
      severity: WARNING,
      source: 'goldfish',
      code: 'moved',
      message: `This video has moved: it lies at ${oneLine(showFileUri(link.uri))} now.`,
    },
    title: `Link to ${oneLine(newText)}`,
    edit: { range, newText },
  };
}

function timeProblem(
  link: LinkedMoment,
  durationMs: number,
  { text, lines }: OpenDocument,
): Problem | undefined {
  const { startMs, endMs } = link;
  const late = startMs >= durationMs;
  if (!late && (endMs ?? 0) <= durationMs + ROUNDED_MS) return undefined;
  const written = text.slice(link.targetEnd, link.end);
  const form = written.startsWith('::') ? 'org' : link.form;
  const from = late ? Math.max(0, durationMs - (endMs === undefined ? LAST_MS : endMs - startMs)) : startMs;
  const until = endMs === undefined ? undefined : durationMs;
  const time = asTime(from, until, form);
  const range = { start: lines.positionAt(link.targetEnd), end: lines.positionAt(link.end) };
  return {
    diagnostic: {
      range: link.range,
      severity: WARNING,
      source: 'goldfish',
      code: 'pastTheEnd',
      message: late
        ? `The video ends at ${clock(durationMs)}, before ${clock(startMs)}.`
        : `The video ends at ${clock(durationMs)}, before ${clock(endMs ?? 0)}, where this moment ends.`,
    },
    title: `Change the time to ${clock(from)}${until === undefined ? '' : `-${clock(until)}`}`,
    // Other parts of the fragment stay.
    edit: { range, newText: form === 'org' ? time : written.replace(/t=[^&]*/, time.slice(1)) },
  };
}

/** What is wrong with the media links of a document, or of the lines that `within` touches. */
export async function problemsOf(
  document: OpenDocument,
  library: Judged,
  signal: AbortSignal,
  within?: Diagnostic['range'],
): Promise<readonly Problem[]> {
  const { due, turn } = pace(signal);
  const lengths = new Map<Uri, number>();
  const lengthOf = (uri: Uri) => {
    const durationMs = lengths.get(uri) ?? library.videos({ uri, limit: 1 }).videos[0]?.durationMs ?? 0;
    lengths.set(uri, durationMs);
    return durationMs;
  };
  const problems: Problem[] = [];
  for (const link of await mediaLinks(document, library, signal, within)) {
    if (due()) await turn();
    if (link.moved) problems.push(movedProblem(link, document));
    const durationMs = lengthOf(link.uri);
    // Not measured yet, or nothing is known of its length.
    const late = durationMs === 0 ? undefined : timeProblem(link, durationMs, document);
    if (late !== undefined) problems.push(late);
  }
  return problems;
}
