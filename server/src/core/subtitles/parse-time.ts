import type { Ms } from '../domain/time-range.ts';

/** Maximum time in a video, in ms. */
const MAX_TIME_MS: Ms = 1000 * 3_600_000;
/** Maximum length of a written time, in characters. */
const MAX_TIME_CHARS = 48;

/**
 * Parses a clock time leniently: `1:02:03,4`, `02:03.450`, `3.5`, `00: 00:01 ,500`, `00:00:01.500000`,
 * full-width characters, digits of other scripts. Overflow is carried (`00:60`, `,1000`). A minus before any part makes the time negative:
 * some programs write `00:00:-1,-500`. Returns undefined for anything else.
 */
export function parseTime(timeText: string): Ms | undefined {
  if (timeText.length > MAX_TIME_CHARS) return undefined;
  const signed = toAsciiDigits(timeText).replace(/\s+/g, '').replaceAll('、', ',');
  const text = signed.replace(/(^|[:.,;])[-+−](?=\d)/g, '$1');
  if (!/^\d{1,6}(?:[:.,;]\d{1,12}){0,4}$/.test(text)) return undefined;
  const parts = text.split(/([:.,;])/);
  const numbers = parts.filter((_, at) => at % 2 === 0);
  const separators = parts.filter((_, at) => at % 2 === 1);
  const isFraction = separators.length > 0 && (separators.length >= 3 || separators.at(-1) !== ':');
  const fraction = isFraction ? (numbers.pop() ?? '') : '';
  if (numbers.length > 3 || numbers.some((number) => number.length > 6)) return undefined;
  const seconds = numbers.reduce((sum, number) => sum * 60 + Number(number), 0);
  // Handles "1000", which some programs write when they round 999.6.
  const fractionMs = fraction === '1000' ? 1000 : Math.round(Number(`0.${fraction || '0'}`) * 1000);
  const ms = seconds * 1000 + fractionMs;
  if (ms >= MAX_TIME_MS) return undefined;
  return /[-−]/.test(signed) ? -ms : ms;
}

/** Start and end of a cue as stated in a file; undefined if invalid. */
export interface Timing {
  readonly startMs: Ms | undefined;
  readonly endMs: Ms | undefined;
}

/** Matches the arrows used between two times. */
const ARROW_PATTERN = /[-–—=]{1,3}\s?[-–—=]{0,2}\s?(?:>|&gt;|＞)|[→⟶⇒]/;
/** Matches the characters that times consist of. */
const TIME_SIGNS = /^[\s\p{Nd}:.,;+\-−：．，；٫]{1,48}/u;
/** First digits of scripts in which times are written: Arabic, Persian, Devanagari, Bengali, Thai. */
const ZEROS = '٠۰०০๐';

/** Replaces the digits of other scripts, and the Arabic decimal mark. */
function toAsciiDigits(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll('٫', '.')
    .replace(/\p{Nd}/gu, (digit) => {
      const zero = [...ZEROS].find((first) => {
        const value = digit.charCodeAt(0) - first.charCodeAt(0);
        return value >= 0 && value <= 9;
      });
      return zero === undefined ? digit : `${digit.charCodeAt(0) - zero.charCodeAt(0)}`;
    });
}

/**
 * Parses a line with an arrow between two times, ignoring settings after them. Returns undefined for text: no
 * arrow, or no time before it. A line with `-->` that starts like a time but is invalid gives a timing
 * without times.
 */
export function parseArrowTiming(line: string): Timing | undefined {
  const head = line.slice(0, 4 * MAX_TIME_CHARS);
  const arrow = ARROW_PATTERN.exec(head);
  if (arrow === null) return undefined;
  const left = head.slice(0, arrow.index);
  const isStrict = head.startsWith('-->', arrow.index);
  const startMs = parseTime(left);
  const right = head.slice(arrow.index + arrow[0].length);
  const signs = TIME_SIGNS.exec(right)?.[0] ?? '';
  const endMs = parseTime(signs) ?? parseTime(/^\s*\S{1,48}/.exec(signs)?.[0] ?? '');
  if (startMs === undefined && !isStrict) return undefined;
  if (startMs !== undefined && endMs === undefined && !isStrict) return undefined;
  if (startMs === undefined && !/^[\s\p{Nd}:.,;+\-−]*$/u.test(left)) return undefined;
  return { startMs, endMs };
}
