import type { OutputStream } from './context.ts';

/** Width assumed for a terminal that does not report one, in columns. */
const DEFAULT_COLUMNS = 80;

/** Characters that take two columns: East Asian scripts, full-width forms and pictures. */
const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Returns the width of a terminal in columns; Infinity for a file or a pipe, where nothing is cut. */
export function columnsOf(stream: OutputStream): number {
  return stream.isTTY === true ? stream.columns || DEFAULT_COLUMNS : Number.POSITIVE_INFINITY;
}

const graphemeWidth = (grapheme: string) => (WIDE.test(grapheme) ? 2 : 1);

/** Returns how many columns a text without control characters takes. */
export function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text to at most `columns`, with `…` as its last character if something is left out. */
export function truncateToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    width += graphemeWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`;
}

/** Breaks the lines of a text between words, so that none is wider than `columns`. A longer word stays whole. */
export function wrapText(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (displayWidth(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  const indent = /^\s*/.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/\s+/)) {
    const longer = current.trim() === '' ? `${current}${word}` : `${current} ${word}`;
    if (current.trim() !== '' && displayWidth(longer) > columns) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}

/** Names of terminals that turn OSC 8 into a link, as they introduce themselves in the environment. */
const LINKING_PROGRAMS = /^(?:iTerm\.app|WezTerm|vscode|ghostty|Hyper|mintty|rio|Tabby)$/i;
const LINKING_TERMS = /kitty|alacritty|foot|ghostty|wezterm/i;
/** GNOME Terminal and others of its family know links from 0.50 on. */
const MIN_VTE_VERSION = 5000;

/** Returns whether a stream is a terminal that shows links. FORCE_HYPERLINK=1 and =0 overrule what is known of it. */
export function supportsLinks(stream: OutputStream, env: NodeJS.ProcessEnv): boolean {
  if (stream.isTTY !== true || env.TERM === 'dumb') return false;
  if (env.FORCE_HYPERLINK !== undefined) return env.FORCE_HYPERLINK !== '0';
  return (
    LINKING_PROGRAMS.test(env.TERM_PROGRAM ?? '') ||
    LINKING_TERMS.test(env.TERM ?? '') ||
    Number(env.VTE_VERSION ?? 0) >= MIN_VTE_VERSION ||
    env.WT_SESSION !== undefined ||
    env.KONSOLE_VERSION !== undefined ||
    env.DOMTERM !== undefined
  );
}

/** Wraps a text into an OSC 8 link. A target with other than printable ASCII characters is left out. */
export function toTerminalLink(text: string, target: string): string {
  return /^[\x21-\x7e]+$/.test(target) ? `\u001b]8;;${target}\u001b\\${text}\u001b]8;;\u001b\\` : text;
}
