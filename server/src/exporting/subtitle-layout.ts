import type { TimeRange } from '../core/domain/time-range.ts';

/** A line of speech. */
export interface TimedSpeech extends TimeRange {
  readonly text: string;
  readonly speaker?: string;
}

/** A subtitle as it is shown: at most two rows of text. */
export interface Subtitle extends TimeRange {
  readonly rows: readonly string[];
}

/** Columns of one row; a wide character (CJK, Hangul) takes two. Netflix's and the BBC's guides agree on about 42. */
export const MAX_ROW_COLUMNS = 42;
const MAX_ROWS = 2;
const MAX_BLOCK_COLUMNS = MAX_ROWS * MAX_ROW_COLUMNS;
export const MIN_SUBTITLE_MS = 1_000;
export const MAX_SUBTITLE_MS = 7_000;
/** Columns a second that a viewer reads without haste. */
const MAX_COLUMNS_PER_SECOND = 20;
/** Two frames at 24 fps: without a gap, a viewer does not notice that the text has changed. */
const MIN_GAP_MS = 84;

const WIDE_CHARACTER =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;

/** Returns the number of columns that a text takes on the screen. */
export function countColumns(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE_CHARACTER.test(character) ? 2 : 1;
  return columns;
}

interface Break {
  /** Index in the text, UTF-16 units. */
  readonly index: number;
  /** Columns before it. */
  readonly columns: number;
  /** 2: a sentence ends here; 1: a clause; 0: a word. */
  readonly strength: 0 | 1 | 2;
}

/** Returns where a text may be broken: after a space, or between wide characters unless punctuation follows. */
function findBreaks(text: string): readonly Break[] {
  const breaks: Break[] = [];
  let columns = 0;
  let index = 0;
  let previous = '';
  for (const character of text) {
    const afterSpace = previous === ' ';
    const betweenWide =
      WIDE_CHARACTER.test(previous) && WIDE_CHARACTER.test(character) && !/\p{P}/u.test(character);
    if (afterSpace || betweenWide) {
      const textBefore = text.slice(0, index).trimEnd();
      const strength = /[.!?…。！？]["”’)]*$/u.test(textBefore)
        ? 2
        : /[,;:，；：、—–]$/u.test(textBefore)
          ? 1
          : 0;
      breaks.push({ index, columns, strength });
    }
    columns += WIDE_CHARACTER.test(character) ? 2 : 1;
    index += character.length;
    previous = character;
  }
  return breaks;
}

/** How far from its ideal place a break may lie for each step of strength, columns. */
const STRENGTH_COLUMNS = 12;

/** Returns the index of the best break near `ideal` columns that leaves at most `max` columns before it. */
function chooseBreak(text: string, ideal: number, max: number): number {
  const cost = ({ columns, strength }: Break) => Math.abs(columns - ideal) - STRENGTH_COLUMNS * strength;
  const candidates = findBreaks(text).filter(({ columns }) => columns <= max + 1);
  const best = candidates.sort((a, b) => cost(a) - cost(b))[0];
  if (best !== undefined) return best.index;
  // One word without a place to break.
  let columns = 0;
  let index = 0;
  for (const character of text) {
    columns += WIDE_CHARACTER.test(character) ? 2 : 1;
    if (columns > max) return index;
    index += character.length;
  }
  return text.length;
}

/** Cuts a text into blocks of at most two rows, about equally long. */
function splitIntoBlocks(text: string): readonly string[] {
  const columns = countColumns(text);
  if (columns <= MAX_BLOCK_COLUMNS && wrapIntoRows(text).length <= MAX_ROWS) return [text];
  const count = Math.max(2, Math.ceil(columns / MAX_BLOCK_COLUMNS));
  const at = chooseBreak(text, columns / count, MAX_BLOCK_COLUMNS - 2);
  const [head, tail] = [text.slice(0, at).trim(), text.slice(at).trim()];
  return tail === '' || head === '' ? [text] : [...splitIntoBlocks(head), ...splitIntoBlocks(tail)];
}

/** Wraps a block into rows of at most 42 columns; two rows are about equally long. */
function wrapIntoRows(text: string): readonly string[] {
  const columns = countColumns(text);
  if (columns <= MAX_ROW_COLUMNS) return [text];
  const at = chooseBreak(text, columns / 2, MAX_ROW_COLUMNS);
  const [head, tail] = [text.slice(0, at).trim(), text.slice(at).trim()];
  return tail === '' || head === '' ? [text] : [head, ...wrapIntoRows(tail)];
}

/** Shares the time of a line out to its blocks, by their length. */
function toTimedBlocks({ startMs, endMs, text }: TimedSpeech): readonly (TimeRange & { text: string })[] {
  const blocks = splitIntoBlocks(text);
  const total = blocks.reduce((sum, block) => sum + countColumns(block), 0);
  let columns = 0;
  return blocks.map((block) => {
    const from = startMs + Math.round(((endMs - startMs) * columns) / total);
    columns += countColumns(block);
    return { startMs: from, endMs: startMs + Math.round(((endMs - startMs) * columns) / total), text: block };
  });
}

/**
 * Lays lines of speech out as subtitles by the usual rules: at most 2 rows of 42 columns, shown for 1 to 7 s and, as far
 * as the next subtitle leaves time, long enough to read at 20 columns a second. Lines come in time order. With `speakers`,
 * a subtitle names the speaker where the speaker changes.
 */
export function layOutSubtitles(
  lines: readonly TimedSpeech[],
  { speakers = false }: { readonly speakers?: boolean } = {},
): readonly Subtitle[] {
  let lastSpeaker: string | undefined;
  const blocks = lines.flatMap((line) => {
    const text = line.text.replace(/\s+/g, ' ').trim();
    if (text === '') return [];
    const needsSpeaker = speakers && line.speaker !== undefined && line.speaker !== lastSpeaker;
    lastSpeaker = line.speaker;
    return toTimedBlocks({ ...line, text: needsSpeaker ? `${line.speaker}: ${text}` : text });
  });
  return blocks.map(({ startMs, endMs, text }, i) => {
    const nextStartMs = blocks[i + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const readingMs = Math.max(MIN_SUBTITLE_MS, (countColumns(text) * 1_000) / MAX_COLUMNS_PER_SECOND);
    const latestMs = Math.max(startMs + 1, Math.min(startMs + MAX_SUBTITLE_MS, nextStartMs - MIN_GAP_MS));
    const shownUntilMs = Math.min(latestMs, Math.max(endMs, startMs + readingMs));
    return { startMs, endMs: Math.round(shownUntilMs), rows: wrapIntoRows(text) };
  });
}
