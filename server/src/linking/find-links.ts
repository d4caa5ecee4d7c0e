import { parseMediaLink } from '../core/domain/media-link.ts';
import { isMedia } from '../core/library/media-extensions.ts';

export type LinkForm = 'markdown' | 'wiki' | 'bare';

/** Describes a media link in a text. */
export interface MediaLinkMatch {
  /** The offsets of target and time, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The syntax of the link: `[x](target)`, `[[target]]`, or bare text. */
  readonly form: LinkForm;
  /** The target as written, without the fragment: a path (maybe percent-encoded) or a `file:` URI. */
  readonly target: string;
  /** The offset of the target without Org's `file:` and without the time. */
  readonly targetStart: number;
  readonly targetEnd: number;
  readonly startMs: number;
  /** Absent if the link has no end time. */
  readonly endMs?: number;
  /** True if the link has a time. */
  readonly hasTime: boolean;
}

/** Matches the target in `[x](target "title")` and `[x](<target>)`, with balanced parentheses. */
const MARKDOWN_LINK = /\]\([ \t]*(?:<([^<>\n]+)>|((?:[^\s()<>]|\([^\s()]*\))+))/dg;
/** Matches the target in `[[target]]`, `[[target|label]]` and Org's `[[file:target][label]]`. */
const WIKI_LINK = /\[\[([^[\]|\n]+)[\]|]/dg;
/** Matches a word without spaces, quotes or brackets. */
const LINK_WORD = /[^\s<>"'`()[\]|]+/g;
const TIME_FRAGMENT = /#(?:[^#]*&)?t=[^#]*$/;
/** Matches Org's position in a file, here a time: `talk.mp4::83`, `talk.mp4::1:23`. */
const ORG_TIME = /::[\d:.,]+$/;
const CLOSING_PUNCTUATION = /[.,;:!?]{1,8}$/;
/** Limits the length of a link, in UTF-16 units. */
const MAX_LINK_CHARS = 4096;

function parseLink(text: string, start: number, form: LinkForm): MediaLinkMatch | undefined {
  if (text.length > MAX_LINK_CHARS) return undefined;
  const end = start + text.length;
  const org = form === 'wiki' ? ORG_TIME.exec(text)?.index : undefined;
  const timeIndex =
    TIME_FRAGMENT.exec(text)?.index ?? org ?? (isMedia(text) ? text.length : text.indexOf('#'));
  const file = timeIndex < 0 ? text : text.slice(0, timeIndex);
  const target = file.replace(/^file:(?!\/\/)/, '');
  if (!isMedia(target) || (/^[a-z][a-z0-9+.-]+:/i.test(target) && !/^file:/i.test(target))) return undefined;
  const fragment = timeIndex < 0 ? '' : text.slice(timeIndex).replace(/^::/, '#t=');
  const { startMs, endMs } = parseMediaLink(`x${fragment}`);
  return {
    start,
    end,
    form,
    target,
    targetStart: start + file.length - target.length,
    targetEnd: start + file.length,
    startMs,
    hasTime: endMs !== undefined || startMs > 0,
    ...(endMs === undefined ? {} : { endMs }),
  };
}

/** Replaces the found links with spaces, so that offsets stay the same. */
function blankOut(text: string, links: readonly MediaLinkMatch[]): string {
  let position = 0;
  const pieces = links.map(({ start, end }) => {
    const textBefore = text.slice(position, start);
    position = end;
    return textBefore + ' '.repeat(end - start);
  });
  return pieces.join('') + text.slice(position);
}

function findBracketed(text: string, pattern: RegExp, form: LinkForm): readonly MediaLinkMatch[] {
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [start, end] = match.indices?.[1] ?? match.indices?.[2] ?? [0, 0];
    const link = parseLink(text.slice(start, end), start, form);
    return link === undefined ? [] : [link];
  });
}

/** Finds bare links. Without brackets, only words with a time or a `file:` scheme are taken as links. */
function findBare(text: string): readonly MediaLinkMatch[] {
  if (!text.includes('#t=') && !text.includes('file://')) return [];
  return [...text.matchAll(LINK_WORD)].flatMap((match) => {
    const word = match[0].replace(CLOSING_PUNCTUATION, '');
    const link = /#t=|^file:\/\//.test(word) ? parseLink(word, match.index, 'bare') : undefined;
    return link === undefined ? [] : [link];
  });
}

/** Finds all media links in a text, in order. Links never overlap or span lines. */
export function findLinks(text: string): readonly MediaLinkMatch[] {
  const inline = findBracketed(text, MARKDOWN_LINK, 'markdown');
  const remaining = blankOut(text, inline);
  const wiki = findBracketed(remaining, WIKI_LINK, 'wiki');
  return [...inline, ...wiki, ...findBare(blankOut(remaining, wiki))].sort((a, b) => a.start - b.start);
}
