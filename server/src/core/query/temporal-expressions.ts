import type { Ms, TimeRange } from '../domain/time-range.ts';
import {
  findLocalesOf,
  lettersOf,
  oncePerLocale,
  separatesWords,
  toPattern,
  toSource,
  toWholeWords,
} from '../language/locale-patterns.ts';
import type { Locale, Pattern, TimeUnit } from '../language/locales/locale.ts';
import { findClockPosition } from './clock-positions.ts';
import { type DateExpression, findDateExpression, toNumber, toTimeUnit } from './date-expressions.ts';

/** A part of a video: a share 0..1 of its length, its first or last so many ms, or the moment at a time. */
export type VideoPart =
  | { readonly kind: 'share'; readonly from: number; readonly to: number }
  | { readonly kind: 'first'; readonly ms: Ms }
  | { readonly kind: 'last'; readonly ms: Ms }
  | { readonly kind: 'at'; readonly ms: Ms };

/** What a question says of when, taken out of it. */
export interface TimeConstraints {
  /** The question without the words about time. */
  readonly question: string;
  /** The words of `recorded` and `part` as they stood: a place that holds them is meant in another way. */
  readonly words: readonly string[];
  /** When the recording was made, ms since 1970; `toMs` is exclusive. */
  readonly recorded?: { readonly fromMs: number; readonly toMs: number };
  /** Where in the video. */
  readonly part?: VideoPart;
  /**
   * What comes before or after something else in the same video, which is `anchor` in words; empty: what was spoken of
   * last ("after that").
   */
  readonly beside?: { readonly side: 'before' | 'after'; readonly anchor: string };
}

/** Characters of a question that is read for time: a longer one is a text. */
const MAX_QUESTION_CHARS = 1000;

const START_PART: VideoPart = { kind: 'share', from: 0, to: 0.2 };
const END_PART: VideoPart = { kind: 'share', from: 0.8, to: 1 };
const MIDDLE_PART: VideoPart = { kind: 'share', from: 0.35, to: 0.65 };
const FIRST_HALF: VideoPart = { kind: 'share', from: 0, to: 0.5 };
const SECOND_HALF: VideoPart = { kind: 'share', from: 0.5, to: 1 };

function ofAnyVideoSource(locale: Locale): string {
  const { of } = locale.position;
  const end = separatesWords(locale) ? `(?![${lettersOf(locale)}])` : '';
  const article = `(?:${toSource(locale, [locale.dates.articles])}\\s*)?`;
  const noun = `${toSource(locale, ['{video}'])}${end}`;
  return of ? `\\s+${toSource(locale, [of])}\\s*${article}${noun}` : `\\s*${noun}`;
}

/**
 * Matches nothing, or "of the video": "of the day" and "of March" mean another end. What may tell one video from others
 * stays: "the lecture", "the cooking lesson".
 */
function ofVideoSource(locale: Locale): string {
  const { of, notFollowedBy } = locale.position;
  const end = separatesWords(locale) ? `(?![${lettersOf(locale)}])` : '';
  const except = notFollowedBy ? `(?!\\s*${toSource(locale, [notFollowedBy])}${end})` : '';
  if (!of) return `(?:${ofAnyVideoSource(locale)})?${except}`;
  const ofWords = toSource(locale, [of]);
  const article = `(?:${toSource(locale, [locale.dates.articles])}\\s*)?`;
  const anyVideo = ofAnyVideoSource(locale);
  const namedVideo = `\\s+${ofWords}(?=\\s*${article}(?:\\S+\\s+)?${toSource(locale, [locale.wholeNouns])}${end})`;
  return `(?:${anyVideo}|${namedVideo}|(?!\\s+${ofWords}${end})${except})`;
}

const partPatterns = oncePerLocale((locale) => {
  const { start, middle, end, firstHalf, secondHalf } = locale.position;
  const parts: readonly (readonly [readonly string[], VideoPart])[] = [
    [firstHalf, FIRST_HALF],
    [secondHalf, SECOND_HALF],
    [end, END_PART],
    [start, START_PART],
    [middle, MIDDLE_PART],
  ];
  return parts.map(([patterns, part]) => ({
    pattern: new RegExp(`${toPattern(locale, patterns).source}${ofVideoSource(locale)}`, 'i'),
    part,
  }));
});

const durationPatterns = oncePerLocale((locale) => {
  const count = `(?<count>\\d{1,3}|${Object.keys(locale.numbers).join('|')})`;
  const compile = (patterns: readonly Pattern[]) =>
    patterns.map((pattern) => {
      const source = toSource(locale, [pattern.replace('{n}', count).replace('{unit}', '(?<unit>{unit})')]);
      return new RegExp(`${toWholeWords(locale, source).source}(?:${ofAnyVideoSource(locale)})?`, 'i');
    });
  return { first: compile(locale.position.firstUnits), last: compile(locale.position.lastUnits) };
});

const UNIT_MS: Readonly<Partial<Record<TimeUnit, Ms>>> = { second: 1000, minute: 60_000, hour: 3_600_000 };

/** Shortest stretch that "at the end" may mean, and the longest, ms. */
const MIN_PART_MS = 30_000;
const MAX_PART_MS = 15 * 60_000;

/** How far a sentence that is spoken at a time may begin before it and end after it, ms. */
const AROUND_TIME_MS = 30_000;

/** The range of a video that a part means. */
export function toPartRange(part: VideoPart, durationMs: Ms): TimeRange {
  if (part.kind === 'first') return { startMs: 0, endMs: Math.min(durationMs, part.ms) };
  if (part.kind === 'at') {
    if (part.ms >= durationMs) return { startMs: durationMs, endMs: durationMs };
    return {
      startMs: Math.max(0, part.ms - AROUND_TIME_MS),
      endMs: Math.min(durationMs, part.ms + AROUND_TIME_MS),
    };
  }
  if (part.kind === 'last') return { startMs: Math.max(0, durationMs - part.ms), endMs: durationMs };
  const { from, to } = part;
  const shareMs = (to - from) * durationMs;
  const isHalf = to - from >= 0.5;
  const lengthMs = Math.min(
    durationMs,
    Math.max(MIN_PART_MS, isHalf ? shareMs : Math.min(MAX_PART_MS, shareMs)),
  );
  if (to === 1) return { startMs: durationMs - lengthMs, endMs: durationMs };
  if (from === 0) return { startMs: 0, endMs: lengthMs };
  const middle = durationMs / 2;
  return { startMs: Math.max(0, middle - lengthMs / 2), endMs: Math.min(durationMs, middle + lengthMs / 2) };
}

/** Sources that the rules about neighbours are made of. */
const neighbourPatterns = oncePerLocale((locale) => {
  const { neighbours } = locale;
  const letters = lettersOf(locale);
  const compileSide = (patterns: readonly string[]) =>
    letters
      ? new RegExp(`(?<![${letters}-])${toSource(locale, patterns)}\\s*(?<=\\s|['’])(?=\\S)`, 'i')
      : toPattern(locale, patterns);
  const end = letters ? `(?![${letters}])` : '';
  const toWholePattern = (patterns: readonly string[]) =>
    new RegExp(`^[¿¡\\s]*${toSource(locale, patterns)}[\\s?？.!。…]*$`, 'i');
  return {
    sides: [
      ['after', compileSide(neighbours.after)],
      ['before', compileSide(neighbours.before)],
    ] as const,
    notAnAnchor: new RegExp(`^${toSource(locale, neighbours.notAnAnchor)}${end}`, 'i'),
    notANeighbour: new RegExp(
      `${letters && `(?<![${letters}])`}${toSource(locale, neighbours.notANeighbour)}$`,
      'i',
    ),
    pointers: new RegExp(`^${toSource(locale, [neighbours.pointers])}$`, 'i'),
    next: toWholePattern(neighbours.next),
    previous: toWholePattern(neighbours.previous),
  };
});

const WORD_PATTERN = /[\p{L}\p{N}]+/gu;
const HAS_WORD = /[\p{L}\p{N}]/u;

type Neighbour = Pick<TimeConstraints, 'question'> & {
  readonly beside: NonNullable<TimeConstraints['beside']>;
};
type Side = Neighbour['beside']['side'];

/** "After the demo, what does Tom say?": up to the comma it is the anchor, the rest is asked. */
function splitAtComma(tail: string): { readonly anchor: string; readonly rest: string } | undefined {
  const comma = tail.search(/[,，、]/);
  if (comma < 0) return undefined;
  const [anchor, rest] = [tail.slice(0, comma).trim(), tail.slice(comma + 1).trim()];
  return anchor === '' || rest === '' ? undefined : { anchor, rest };
}

/** "デモの後に何が起きますか": the anchor stands in front of the word, the question behind it. */
function parsePostposed(
  question: string,
  side: Side,
  match: RegExpExecArray,
  locale: Locale,
): Neighbour | undefined {
  const anchor = question.slice(0, match.index).trim();
  const rest = question
    .slice(match.index + match[0].length)
    .replace(/^[\s,，、]+/, '')
    .replace(/[\s?？.!。]+$/, '');
  const patterns = neighbourPatterns(locale);
  if (patterns.notANeighbour.test(anchor) || patterns.notAnAnchor.test(rest)) return undefined;
  if (!HAS_WORD.test(anchor) || !HAS_WORD.test(rest)) return undefined;
  const isPointer = patterns.pointers.test(anchor);
  return { question: `${rest}?`, beside: { side, anchor: isPointer ? '' : anchor } };
}

function parsePreposed(
  question: string,
  side: Side,
  match: RegExpExecArray,
  locale: Locale,
): Neighbour | undefined {
  const patterns = neighbourPatterns(locale);
  const front = question.slice(0, match.index).replace(/[\s,]+$/u, '');
  const tail = question.slice(match.index + match[0].length).replace(/[\s?.!…]+$/u, '');
  if (patterns.notAnAnchor.test(tail) || patterns.notANeighbour.test(front)) return undefined;
  if (!HAS_WORD.test(front)) {
    const parts = splitAtComma(tail);
    return parts && { question: `${parts.rest}?`, beside: { side, anchor: parts.anchor } };
  }
  if ((tail.match(WORD_PATTERN) ?? []).length === 0) return undefined;
  const isPointer = patterns.pointers.test(tail);
  return { question: `${front}?`, beside: { side, anchor: isPointer ? '' : tail } };
}

/** "After she opens the door", "before the demo": the side, and the words of what it is beside. */
function parseNeighbour(question: string): Neighbour | undefined {
  for (const locale of findLocalesOf(question)) {
    const { next, previous, sides } = neighbourPatterns(locale);
    for (const [side, pattern] of [
      ['after', next],
      ['before', previous],
    ] as const)
      if (pattern.test(question)) return { question: '', beside: { side, anchor: '' } };
    const parse = locale.neighbours.postposed ? parsePostposed : parsePreposed;
    for (const [side, pattern] of sides) {
      const match = pattern.exec(question);
      const neighbour = match && parse(question, side, match, locale);
      if (neighbour) return neighbour;
    }
  }
  return undefined;
}

/** Quoted words are meant as they stand: each is replaced by as many signs that no pattern holds. */
function maskQuotes(text: string): string {
  return text.replace(/["“„«][^"”“»]*["”“»]?/gu, (quoted) => '\u0000'.repeat(quoted.length));
}

function removeSpan(text: string, at: number, length: number): string {
  return `${text.slice(0, at)} ${text.slice(at + length)}`
    .replace(/\s+/g, ' ')
    .replace(/\s+([?.!,])/g, '$1')
    .replace(/^[\s,:;]+/, '')
    .trim();
}

interface PartExpression {
  readonly question: string;
  readonly part: VideoPart;
  readonly words: string;
}

function parseDuration(question: string, maskedQuestion: string, locale: Locale): PartExpression | undefined {
  const { first, last } = durationPatterns(locale);
  for (const [kind, patterns] of [
    ['first', first],
    ['last', last],
  ] as const)
    for (const pattern of patterns) {
      const match = pattern.exec(maskedQuestion);
      const unit = match && toTimeUnit(match.groups?.unit ?? '', locale);
      const unitMs = unit && UNIT_MS[unit];
      if (!match || !unitMs) continue;
      const count = toNumber(match.groups?.count ?? '1', locale);
      return {
        question: removeSpan(question, match.index, match[0].length),
        part: { kind, ms: count * unitMs },
        words: match[0],
      };
    }
  return undefined;
}

function parseClockPosition(question: string, maskedQuestion: string): PartExpression | undefined {
  const position = findClockPosition(maskedQuestion);
  if (!position) return undefined;
  return {
    question: removeSpan(question, position.at, position.length),
    part: { kind: 'at', ms: position.ms },
    words: position.time,
  };
}

function parseVideoPart(question: string): PartExpression | undefined {
  const maskedQuestion = maskQuotes(question);
  const position = parseClockPosition(question, maskedQuestion);
  if (position) return position;
  for (const locale of findLocalesOf(question)) {
    const duration = parseDuration(question, maskedQuestion, locale);
    if (duration) return duration;
    for (const { pattern, part } of partPatterns(locale)) {
      const match = pattern.exec(maskedQuestion);
      if (match)
        return { question: removeSpan(question, match.index, match[0].length), part, words: match[0] };
    }
  }
  return undefined;
}

function findRecordingDate(question: string, nowMs: number, zone: string): DateExpression | undefined {
  return findDateExpression(maskQuotes(question), nowMs, zone);
}

/**
 * Takes what a question says of time out of it: the part of a video, what something comes before or after, and the
 * day of the recording. Words alone cannot tell "at the end" from an idiom for certain: whoever looks falls back to the
 * question as it was where nothing is found. `nowMs` since 1970; `zone`: an IANA time zone, in which days begin.
 */
export function parseTimeConstraints(question: string, nowMs: number, zone: string): TimeConstraints {
  if (question.length > MAX_QUESTION_CHARS) return { question, words: [] };
  let remaining = question.normalize('NFC');
  const dateMatch = findRecordingDate(remaining, nowMs, zone);
  if (dateMatch) remaining = removeSpan(remaining, dateMatch.at, dateMatch.length);
  const partMatch = parseVideoPart(remaining);
  if (partMatch) remaining = partMatch.question;
  const neighbour = maskQuotes(remaining) === remaining ? parseNeighbour(remaining) : undefined;
  if (neighbour) remaining = neighbour.question;
  return {
    question: remaining,
    words: [dateMatch?.words, partMatch?.words].flatMap((words) => words ?? []),
    ...(dateMatch && { recorded: { fromMs: dateMatch.fromMs, toMs: dateMatch.toMs } }),
    ...(partMatch && { part: partMatch.part }),
    ...(neighbour && { beside: neighbour.beside }),
  };
}
