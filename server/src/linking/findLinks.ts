import { isMedia } from '../core/extensions.ts';
import { parseMediaLink } from '../core/mediaLink.ts';

/** A media link in a text. */
export interface FoundLink {
  /** Offsets of its target, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** As written, without the fragment: a path (perhaps percent-encoded) or a `file:` URI. */
  readonly target: string;
  readonly startMs: number;
  /** Absent where the link names none. */
  readonly endMs?: number;
  /** Whether it names a time at all. */
  readonly timed: boolean;
}

/** `[x](target "title")`, `[x](<target>)`: the target, balanced parentheses inside. */
const MARKDOWN = /\]\([ \t]*(?:<([^<>\n]+)>|((?:[^\s()<>]|\([^\s()]*\))+))/dg;
/** `[[target]]`, `[[target|label]]`, org's `[[file:target][label]]`. */
const WIKI = /\[\[([^[\]|\n]+)[\]|]/dg;
/** Anything else without blanks or brackets. */
const WORD = /[^\s<>"'`()[\]|]+/g;
const TIME = /#(?:[^#]*&)?t=[^#]*$/;
const CLOSING = /[.,;:!?]{1,8}$/;
/** Of a link, UTF-16 units. */
const LONGEST = 4096;

function read(text: string, start: number): FoundLink | undefined {
  if (text.length > LONGEST) return undefined;
  const end = start + text.length;
  const at = TIME.exec(text)?.index ?? (isMedia(text) ? text.length : text.indexOf('#'));
  const target = (at < 0 ? text : text.slice(0, at)).replace(/^file:(?!\/\/)/, '');
  if (!isMedia(target) || (/^[a-z][a-z0-9+.-]+:/i.test(target) && !/^file:/i.test(target))) return undefined;
  const { startMs, endMs } = parseMediaLink(`x${at < 0 ? '' : text.slice(at)}`);
  const timed = endMs !== undefined || startMs > 0;
  return { start, end, target, startMs, timed, ...(endMs === undefined ? {} : { endMs }) };
}

/** The text with what was found made blank, at the same offsets. */
function without(text: string, found: readonly FoundLink[]): string {
  let at = 0;
  const kept = found.map(({ start, end }) => {
    const before = text.slice(at, start);
    at = end;
    return before + ' '.repeat(end - start);
  });
  return kept.join('') + text.slice(at);
}

function bracketed(text: string, pattern: RegExp): readonly FoundLink[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = match.indices?.[1] ?? match.indices?.[2] ?? [0, 0];
    const link = read(text.slice(start, end), start);
    return link === undefined ? [] : [link];
  });
}

/** Outside of brackets only what names a time, or is a URI, is surely meant as a link. */
function bare(text: string): readonly FoundLink[] {
  return [...text.matchAll(WORD)].flatMap((match) => {
    const word = match[0].replace(CLOSING, '');
    const link = /#t=|^file:\/\//.test(word) ? read(word, match.index) : undefined;
    return link === undefined ? [] : [link];
  });
}

/** All media links of a text, in order; none overlaps another. */
export function findLinks(text: string): readonly FoundLink[] {
  const inline = bracketed(text, MARKDOWN);
  const rest = without(text, inline);
  const wiki = bracketed(rest, WIKI);
  return [...inline, ...wiki, ...bare(without(rest, wiki))].sort((a, b) => a.start - b.start);
}
