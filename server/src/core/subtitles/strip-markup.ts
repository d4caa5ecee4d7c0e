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
interface Writing {
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
  const writing: Writing = { lines: [], text: '', voice: undefined, draws: false };
  const find = createFinder(raw);
  for (let at = 0; at < raw.length; ) {
    const taken =
      raw[at] === '\n'
        ? newLine(writing, 1)
        : raw[at] === '{'
          ? takeBraces(raw, at, markup, writing, find)
          : raw[at] === '\\'
            ? takeEscape(raw, at, markup, writing)
            : markup === 'html'
              ? takeHtml(raw, at, writing, find)
              : 0;
    if (taken === 0 && !writing.draws) writing.text += raw[at];
    at += Math.max(1, taken);
  }
  newLine(writing, 1);
  return writing.lines.slice(0, MAX_CUE_LINES);
}

/** Finds the next occurrence of a character. Each part of the text is searched once per character. */
type Finder = (sign: string, from: number) => number;

function createFinder(text: string): Finder {
  const known = new Map<string, number>();
  return (sign, from) => {
    const last = known.get(sign) ?? -1;
    if (last >= from) return last;
    const found = text.indexOf(sign, from);
    const next = found < 0 ? Number.POSITIVE_INFINITY : found;
    known.set(sign, next);
    return next;
  };
}

function newLine(writing: Writing, taken: number): number {
  const text = toVisibleText(writing.text);
  if (text !== '') writing.lines.push({ text, voice: writing.voice });
  writing.text = '';
  return taken;
}

/**
 * Skips `{\i1}`; in ass also `{a comment}`, in other formats also `{y:i}` and `{b}`. Unclosed braces are
 * text.
 */
function takeBraces(raw: string, at: number, markup: Markup, writing: Writing, find: Finder): number {
  const end = find('}', at);
  if (end === Number.POSITIVE_INFINITY) return 0;
  if (
    markup === 'html' &&
    raw[at + 1] !== '\\' &&
    !/^\{(?:\/?[biu]\}|[a-zA-Z]:)/i.test(raw.slice(at, at + 5))
  ) {
    return 0;
  }
  const inner = raw.slice(at + 1, end);
  for (const drawing of inner.matchAll(/\\p(\d)/g)) writing.draws = drawing[1] !== '0';
  return end + 1 - at;
}

function takeEscape(raw: string, at: number, markup: Markup, writing: Writing): number {
  const sign = raw[at + 1];
  if (sign === 'N' || (sign === 'n' && markup === 'ass')) return newLine(writing, 2);
  if (sign === 'h') writing.text += ' ';
  else if (markup === 'ass' && (sign === '{' || sign === '}')) writing.text += sign;
  else return 0;
  return 2;
}

/** Matches known tags. Anything else in angle brackets is text: `x<y and z>w`. */
const TAGS =
  /^\/?(?:b|i|u|s|c|v|p|q|a|rt|rp|tt|em|li|ul|ol|h[1-6]|big|sub|sup|img|div|del|ins|font|span|ruby|lang|small|strong|strike|center|sync|body|br)(?:\.[^\s<>]*)?\s*\/?$/i;
const WITH_WORDS = /^(?:v|lang)(?:\.[^\s<>]*)?\s/;
const WITH_VALUES = /^\/?[a-zA-Z][\w:-]*(?:\.[^\s<>]*)?\s[^<>]*=/;
/** Maximum length of a tag, in characters. */
const MAX_TAG_CHARS = 1000;

function takeHtml(raw: string, at: number, writing: Writing, find: Finder): number {
  if (raw[at] === '&') {
    const [decoded, taken] = decodedAt(raw, at);
    writing.text += decoded;
    return taken;
  }
  if (raw[at] !== '<') return 0;
  const end = find('>', at);
  if (end - at > MAX_TAG_CHARS || find('<', at + 1) < end) return 0;
  const tag = raw.slice(at + 1, end);
  const taken = end + 1 - at;
  if (/^br\s*\/?$/i.test(tag)) return newLine(writing, taken);
  if (WITH_WORDS.test(tag) || /^\/?v$/.test(tag)) {
    newLine(writing, 0);
    const name = tag.replace(/^\S+/, '');
    writing.voice = tag.startsWith('v') ? toVisibleText(decodeReferences(name)) || undefined : writing.voice;
    if (tag === '/v') writing.voice = undefined;
    return taken;
  }
  const isTag = tag === '' || tag === '/' || TAGS.test(tag) || WITH_VALUES.test(tag);
  return isTag || /^\d{1,3}:[\d:.,]+$/.test(tag) ? taken : 0;
}

const REFERENCE = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/iy;
const TWICE = /^&amp;(?=(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)/i;

/** Returns the character of a reference and the length consumed. Doubly escaped references count as one. */
function decodedAt(raw: string, at: number): readonly [string, number] {
  const head = raw.slice(at, at + 40);
  const text = head.replace(TWICE, '&');
  REFERENCE.lastIndex = 0;
  const found = REFERENCE.exec(text)?.[0];
  if (found === undefined) return ['', 0];
  const decoded = /^&#(?:0+|x0+);$/i.test(found) ? '' : decodeHTML(found);
  return decoded === found ? ['', 0] : [decoded, found.length + head.length - text.length];
}

/** Decodes the character references of a text. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  let out = '';
  for (let at = 0; at < text.length; ) {
    const [decoded, taken] = text[at] === '&' ? decodedAt(text, at) : ['', 0];
    out += taken === 0 ? text[at] : decoded;
    at += Math.max(1, taken);
  }
  return out;
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
