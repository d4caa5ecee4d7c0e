import type { Ms } from '../domain/time-range.ts';

/** Later times are no times of a video, ms. */
const LATEST_MS: Ms = 1000 * 3_600_000;
/** No time is written longer, characters. */
const LONGEST = 48;

/**
 * Reads a clock time leniently: `1:02:03,4`, `02:03.450`, `3.5`, `00: 00:01 ,500`, `00:00:01.500000`, full-width
 * signs. What overflows is carried (`00:60`, `,1000`); a minus makes it negative. Undefined where it is no time.
 */
export function readTime(written: string): Ms | undefined {
  if (written.length > LONGEST) return undefined;
  const text = written.normalize('NFKC').replace(/\s+/g, '').replaceAll('、', ',');
  const match = /^([-+−]?)(\d{1,6}(?:[:.,;]\d{1,12}){0,4})$/.exec(text);
  if (!match) return undefined;
  const parts = (match[2] ?? '').split(/([:.,;])/);
  const numbers = parts.filter((_, at) => at % 2 === 0);
  const marks = parts.filter((_, at) => at % 2 === 1);
  const isFraction = marks.length > 0 && (marks.length >= 3 || marks.at(-1) !== ':');
  const fraction = isFraction ? (numbers.pop() ?? '') : '';
  if (numbers.length > 3 || numbers.some((number) => number.length > 6)) return undefined;
  const seconds = numbers.reduce((sum, number) => sum * 60 + Number(number), 0);
  // Rounding to three digits made 1000 of 999.6.
  const fractionMs = fraction === '1000' ? 1000 : Math.round(Number(`0.${fraction || '0'}`) * 1000);
  const ms = seconds * 1000 + fractionMs;
  if (ms >= LATEST_MS) return undefined;
  return match[1] === '' || match[1] === '+' ? ms : -ms;
}

/** The start and the end of a cue as a file states them; undefined where one cannot be read. */
export interface Timing {
  readonly startMs: Ms | undefined;
  readonly endMs: Ms | undefined;
}

/** Arrows that programs and people write between two times. */
const ARROW = /[-–—=]{1,3}\s?[-–—=]{0,2}\s?(?:>|&gt;|＞)|[→⟶⇒]/;
/** Signs of which times are made. */
const TIME_SIGNS = /^[\s\d:.,;+\-−：．，；]{1,48}/;

/**
 * Reads a line with an arrow between two times, settings behind them left out. Undefined where the line is text: no
 * arrow, or something other than a time before it. A line with `-->` that begins like a time and cannot be read is a
 * timing all the same, without times.
 */
export function readArrow(line: string): Timing | undefined {
  const head = line.slice(0, 4 * LONGEST);
  const arrow = ARROW.exec(head);
  if (arrow === null) return undefined;
  const left = head.slice(0, arrow.index);
  const isStrict = head.startsWith('-->', arrow.index);
  const startMs = readTime(left);
  const right = head.slice(arrow.index + arrow[0].length);
  const signs = TIME_SIGNS.exec(right)?.[0] ?? '';
  const endMs = readTime(signs) ?? readTime(/^\s*\S{1,48}/.exec(signs)?.[0] ?? '');
  if (startMs === undefined && !isStrict) return undefined;
  if (startMs !== undefined && endMs === undefined && !isStrict) return undefined;
  if (startMs === undefined && !/^[\s\d:.,;+\-−]*$/.test(left)) return undefined;
  return { startMs, endMs };
}
