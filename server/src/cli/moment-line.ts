import type { Citation } from '../../protocol/ask.ts';
import type { Ms } from '../../protocol/base.ts';
import { EVIDENCE_LABELS } from '../../protocol/names.ts';
import type { Hit, HitLine, TextRange } from '../../protocol/search.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import { findStrongestLine } from '../core/ranking/strongest-line.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler } from './format.ts';
import { uriToDisplayPath } from './path-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { columnsOf, displayWidth, supportsLinks, toTerminalLink, truncateToWidth } from './terminal.ts';

/** One moment as a line of the terminal shows it. */
interface MomentLine {
  /** `1.` or `[1]` */
  readonly number: string;
  readonly path: string;
  readonly atMs: Ms;
  readonly link: string;
  readonly weak?: boolean;
  /** `said: ` */
  readonly label: string;
  readonly text: string;
  readonly matches: readonly TextRange[];
}

interface TextPart {
  readonly text: string;
  readonly isMatch: boolean;
}

/** A name in a line is cut to this width, so that the words have room. */
const MAX_NAME_COLUMNS = 32;
/** Text before the first match is cut if the match would stand beyond the end of the line; at most this much stays. */
const MAX_CONTEXT_CHARS = 20;

/** Formats search results, one line each: number, second, video, and the words that match. */
export function formatHits(hits: readonly Hit[], context: CommandContext): string {
  const toName = createNamer(hits.map(({ path }) => path));
  const lines = hits.map((hit, index) => {
    const line = findStrongestLine(hit.evidence);
    const atMs = line?.seekMs ?? hit.startMs;
    return formatMomentLine(
      {
        number: `${index + 1}.`,
        path: toName(hit.path),
        atMs,
        link: formatMediaLink(hit.uri, { startMs: atMs, endMs: Math.max(hit.endMs, atMs + 1) }),
        weak: hit.weak,
        label: line === undefined ? '' : `${EVIDENCE_LABELS[line.kind]}: `,
        text: line === undefined ? '' : withSpeaker(line),
        matches: line === undefined ? [] : shiftMatches(line),
      },
      context,
    );
  });
  return lines.join('\n');
}

/** Formats the citations of an answer, one line each, numbered as in the text. */
export function formatCitations(citations: readonly Citation[], context: CommandContext): string {
  const toName = createNamer(citations.map(({ uri }) => uriToDisplayPath(uri)));
  const lines = citations.map(({ n, uri, startMs, seekMs = startMs, link, kind, quote }) =>
    formatMomentLine(
      {
        number: `[${n}]`,
        path: toName(uriToDisplayPath(uri)),
        atMs: seekMs,
        link,
        label: kind === undefined ? '' : `${EVIDENCE_LABELS[kind]}: `,
        text: quote,
        matches: [],
      },
      context,
    ),
  );
  return lines.join('\n');
}

const speakerPrefix = ({ speaker }: HitLine) => (speaker ? `${speaker}: ` : '');
const withSpeaker = (line: HitLine) => `${speakerPrefix(line)}${line.text}`;
const shiftMatches = (line: HitLine) =>
  (line.matches ?? []).map(({ start, end }) => {
    const shift = speakerPrefix(line).length;
    return { start: start + shift, end: end + shift };
  });

/** Creates the shortest names that tell the videos of a list apart: the file name, with its folder if need be. */
function createNamer(paths: readonly string[]): (path: string) => string {
  const lastParts = (path: string, count: number) => path.split(/[/\\]/).slice(-count).join('/');
  const isUnique = (count: number) =>
    new Set(paths.map((path) => lastParts(path, count))).size === new Set(paths).size;
  const count = [1, 2, 3].find(isUnique);
  return (path) => sanitiseLine(count === undefined ? path : lastParts(path, count));
}

function formatMomentLine(moment: MomentLine, context: CommandContext): string {
  const { out, env } = context;
  const paint = createTextStyler(out, env);
  const columns = columnsOf(out);
  const time = formatTime(moment.atMs);
  const number = moment.number.padStart(3);
  const name =
    columns === Number.POSITIVE_INFINITY
      ? moment.path
      : truncateToWidth(moment.path, Math.min(MAX_NAME_COLUMNS, Math.floor(columns / 3)));
  const weakMark = moment.weak ? 'weak  ' : '';
  const head = `${number} ${time.padStart(6)}  ${name}  ${weakMark}${moment.label}`;
  const room = Math.max(0, columns - displayWidth(head));
  const parts = fitParts(splitAtMatches(moment.text, moment.matches), room);
  const words = parts
    .map(({ text, isMatch }) => (isMatch ? paint('yellow', paint('bold', text)) : text))
    .join('');
  const place = `${paint('green', time.padStart(6))}  ${paint('bold', name)}`;
  const hasLinks = supportsLinks(out, env);
  const linkedPlace = hasLinks ? toTerminalLink(place, moment.link) : place;
  const plainLink = out.isTTY === true ? '' : `  ${sanitiseLine(moment.link)}`;
  return `${number} ${linkedPlace}  ${weakMark === '' ? '' : paint('yellow', weakMark)}${moment.label}${words}${plainLink}`;
}

function splitAtMatches(text: string, matches: readonly TextRange[]): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  const add = (end: number, isMatch: boolean) => {
    if (end > at) parts.push({ text: sanitiseLine(text.slice(at, end)), isMatch });
    at = Math.max(at, end);
  };
  for (const { start, end } of matches) {
    add(start, false);
    add(end, true);
  }
  add(text.length, false);
  return parts;
}

/** Cuts parts to a width. What stands long before the first match is left out, so that the match is seen. */
function fitParts(parts: readonly TextPart[], columns: number): readonly TextPart[] {
  const [first, second] = parts;
  const contextChars = Math.min(MAX_CONTEXT_CHARS, Math.floor(columns / 3));
  const total = parts.reduce((sum, { text }) => sum + displayWidth(text), 0);
  if (total <= columns) return parts;
  const cutsStart =
    first !== undefined &&
    second?.isMatch === true &&
    displayWidth(first.text) + displayWidth(second.text) > columns;
  const shown = cutsStart
    ? [{ text: cutStart(first.text, contextChars), isMatch: false }, ...parts.slice(1)]
    : parts;
  const fitted: TextPart[] = [];
  let left = columns;
  for (const { text, isMatch } of shown) {
    const width = displayWidth(text);
    if (width > left) {
      fitted.push({ text: truncateToWidth(text, left), isMatch });
      break;
    }
    fitted.push({ text, isMatch });
    left -= width;
  }
  return fitted;
}

/** Keeps the end of a text, from a word on. */
function cutStart(text: string, chars: number): string {
  if (text.length <= chars || chars === 0) return text;
  const tail = text.slice(-chars);
  const space = tail.indexOf(' ');
  return `…${space >= 0 && space < tail.length - 1 ? tail.slice(space + 1) : tail}`;
}
