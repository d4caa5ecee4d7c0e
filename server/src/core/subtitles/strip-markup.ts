import { decodeHTML } from 'entities';
import { MAX_CUE_LINES } from './raw-cue.ts';

/** Names the markup of a text: `ass` as in libass, `html` as in srt, vtt and similar formats. */
export type Markup = 'ass' | 'html';

/** A displayed line without markup. `voice` is the speaker set by a `<v>` tag from there on. */
export interface PlainLine {
  readonly text: string;
  readonly voice?: string;
}

/** State of the writer. A voice lasts until it is closed, even across lines. */
interface MarkupState {
  readonly lines: PlainLine[];
  text: string;
  voice: string | undefined;
  /** True while drawing commands follow instead of text. */
  draws: boolean;
}

/** Removes markup, decodes character references and drops invisible characters. Runs in linear time. */
export function toPlainLines(raw: string, markup: Markup = 'html'): readonly PlainLine[] {
  if (!/[{\\<&]/.test(raw)) {
    const lines = raw
      .split('\n', MAX_CUE_LINES)
      .map((line) => ({ text: toVisibleText(line), voice: undefined }));
    return lines.filter(({ text }) => text !== '');
  }
  const markupState: MarkupState = { lines: [], text: '', voice: undefined, draws: false };
  const findCharacter = createFinder(raw);
  for (let at = 0; at < raw.length; ) {
    const consumedChars =
      raw[at] === '\n'
        ? endLine(markupState, 1)
        : raw[at] === '{'
          ? takeBraces(raw, at, markup, markupState, findCharacter)
          : raw[at] === '\\'
            ? takeEscape(raw, at, markup, markupState)
            : markup === 'html'
              ? takeHtml(raw, at, markupState, findCharacter)
              : 0;
    if (consumedChars === 0 && !markupState.draws) markupState.text += raw[at];
    at += Math.max(1, consumedChars);
  }
  endLine(markupState, 1);
  return markupState.lines.slice(0, MAX_CUE_LINES);
}

/** Finds the next occurrence of a character. Each part of the text is searched once per character. */
type FindCharacter = (character: string, from: number) => number;

function createFinder(text: string): FindCharacter {
  const lastIndexes = new Map<string, number>();
  return (character, from) => {
    const lastIndex = lastIndexes.get(character) ?? -1;
    if (lastIndex >= from) return lastIndex;
    const index = text.indexOf(character, from);
    const nextIndex = index < 0 ? Number.POSITIVE_INFINITY : index;
    lastIndexes.set(character, nextIndex);
    return nextIndex;
  };
}

function endLine(markupState: MarkupState, consumedChars: number): number {
  const text = toVisibleText(markupState.text);
  if (text !== '') markupState.lines.push({ text, voice: markupState.voice });
  markupState.text = '';
  return consumedChars;
}

/**
 * Skips `{\i1}`; in ass also `{a comment}`, in other formats also `{y:i}` and `{b}`. Unclosed braces are
 * text.
 */
function takeBraces(
  raw: string,
  at: number,
  markup: Markup,
  markupState: MarkupState,
  findCharacter: FindCharacter,
): number {
  const end = findCharacter('}', at);
  if (end === Number.POSITIVE_INFINITY) return 0;
  if (
    markup === 'html' &&
    raw[at + 1] !== '\\' &&
    !/^\{(?:\/?[biu]\}|[a-zA-Z]:)/i.test(raw.slice(at, at + 5))
  ) {
    return 0;
  }
  const inner = raw.slice(at + 1, end);
  for (const drawing of inner.matchAll(/\\p(\d)/g)) markupState.draws = drawing[1] !== '0';
  return end + 1 - at;
}

function takeEscape(raw: string, at: number, markup: Markup, markupState: MarkupState): number {
  const character = raw[at + 1];
  if (character === 'N' || (character === 'n' && markup === 'ass')) return endLine(markupState, 2);
  if (character === 'h') markupState.text += ' ';
  else if (markup === 'ass' && (character === '{' || character === '}')) markupState.text += character;
  else return 0;
  return 2;
}

/** Matches known tags. Anything else in angle brackets is text: `x<y and z>w`. */
const TAG_PATTERN =
  /^\/?(?:b|i|u|s|c|v|p|q|a|rt|rp|tt|em|li|ul|ol|h[1-6]|big|sub|sup|img|div|del|ins|font|span|ruby|lang|small|strong|strike|center|sync|body|br)(?:\.[^\s<>]*)?\s*\/?$/i;
const TAG_WITH_WORDS = /^(?:v|lang)(?:\.[^\s<>]*)?\s/;
const TAG_WITH_VALUES = /^\/?[a-zA-Z][\w:-]*(?:\.[^\s<>]*)?\s[^<>]*=/;
/** Maximum length of a tag, in characters. */
const MAX_TAG_CHARS = 1000;

function takeHtml(raw: string, at: number, markupState: MarkupState, findCharacter: FindCharacter): number {
  if (raw[at] === '&') {
    const [decoded, consumedChars] = decodeReferenceAt(raw, at);
    markupState.text += decoded;
    return consumedChars;
  }
  if (raw[at] !== '<') return 0;
  const end = findCharacter('>', at);
  if (end - at > MAX_TAG_CHARS || findCharacter('<', at + 1) < end) return 0;
  const tag = raw.slice(at + 1, end);
  const consumedChars = end + 1 - at;
  if (/^br\s*\/?$/i.test(tag)) return endLine(markupState, consumedChars);
  if (TAG_WITH_WORDS.test(tag) || /^\/?v$/.test(tag)) {
    endLine(markupState, 0);
    const name = tag.replace(/^\S+/, '');
    markupState.voice = tag.startsWith('v')
      ? toVisibleText(decodeReferences(name)) || undefined
      : markupState.voice;
    if (tag === '/v') markupState.voice = undefined;
    return consumedChars;
  }
  const isTag = tag === '' || tag === '/' || TAG_PATTERN.test(tag) || TAG_WITH_VALUES.test(tag);
  return isTag || /^\d{1,3}:[\d:.,]+$/.test(tag) ? consumedChars : 0;
}

const CHARACTER_REFERENCE = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/iy;
const DOUBLE_ESCAPED_REFERENCE = /^&amp;(?=(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)/i;

/** Returns the character of a reference and the length consumed. Doubly escaped references count as one. */
function decodeReferenceAt(raw: string, at: number): readonly [string, number] {
  const head = raw.slice(at, at + 40);
  const text = head.replace(DOUBLE_ESCAPED_REFERENCE, '&');
  CHARACTER_REFERENCE.lastIndex = 0;
  const reference = CHARACTER_REFERENCE.exec(text)?.[0];
  if (reference === undefined) return ['', 0];
  const decoded = /^&#(?:0+|x0+);$/i.test(reference) ? '' : decodeHTML(reference);
  return decoded === reference ? ['', 0] : [decoded, reference.length + head.length - text.length];
}

/** Decodes the character references of a text. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  let output = '';
  for (let at = 0; at < text.length; ) {
    const [decoded, consumedChars] = text[at] === '&' ? decodeReferenceAt(text, at) : ['', 0];
    output += consumedChars === 0 ? text[at] : decoded;
    at += Math.max(1, consumedChars);
  }
  return output;
}

/**
 * Returns text on one line without control, bidirectional and other invisible characters, with single spaces,
 * NFC-normalised.
 */
export function toVisibleText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFC]/g, '')
    .replace(/[\u0000-\u001F\u007F-\u009F\s]+/g, ' ')
    .trim()
    .normalize('NFC');
}
