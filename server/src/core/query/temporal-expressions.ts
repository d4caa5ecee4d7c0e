import type { Ms, TimeRange } from '../domain/time-range.ts';
import { type DateExpression, findDateExpression, LETTER_RANGE } from './date-expressions.ts';

/** A part of a video: a share 0..1 of its length, or its first or last so many ms. */
export type VideoPart =
  | { readonly kind: 'share'; readonly from: number; readonly to: number }
  | { readonly kind: 'first'; readonly ms: Ms }
  | { readonly kind: 'last'; readonly ms: Ms };

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

/** What any video may be called; other words may be the name of one. */
const GENERIC_VIDEO_NOUNS =
  'video|clip|recording|footage|videos?|aufnahme|vídeo|grabación|vidéo|enregistrement';
/** What people call the whole that "at the end of" is said of. */
const VIDEO_NOUNS =
  'video|clip|film|movie|recording|lecture|talk|meeting|call|episode|session|presentation|lesson|stream|show|interview|tutorial|conversation|demo|match|game|webinar|podcast|' +
  'vortrags?|films?|videos?|aufnahme|sitzung|gesprächs?|vídeo|película|grabación|reunión|vidéo|réunion|enregistrement';
const TIME_UNITS =
  '(seconds?|minutes?|hours?|sekunden?|minuten?|stunden?|segundos?|minutos?|horas?|secondes?|heures?)';
const NUMBER_WORDS = '(\\d{1,3}|a|an|one|two|three|four|five|ten|fifteen|twenty|thirty)';
const NUMBER_VALUES: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
};
/**
 * Nothing, or "of the video": "of the day" and "of March" mean another end. What may tell one video from others stays:
 * "the lecture", "the cooking lesson".
 */
const OF_WORDS = '(?:of|des|der|del|de la|de|du)';
const OF_VIDEO = `(?:\\s+${OF_WORDS}\\s+(?:(?:the|this|that|each|every|its|la|el|le)\\s+)?(?:${GENERIC_VIDEO_NOUNS})(?![${LETTER_RANGE}])|\\s+${OF_WORDS}(?=\\s+(?:the\\s+|this\\s+|that\\s+)?(?:\\S+\\s+)?(?:${VIDEO_NOUNS})(?![${LETTER_RANGE}]))|(?!\\s+${OF_WORDS}\\b))`;

const START_PART: VideoPart = { kind: 'share', from: 0, to: 0.2 };
const END_PART: VideoPart = { kind: 'share', from: 0.8, to: 1 };
const MIDDLE_PART: VideoPart = { kind: 'share', from: 0.35, to: 0.65 };

const PART_PATTERNS: readonly (readonly [RegExp, VideoPart])[] = (
  [
    ['\\b(?:at|towards?|near|by) the (?:very )?end', END_PART],
    ['\\b(?:at|in|near) the (?:very )?(?:beginning|start)', START_PART],
    ['\\b(?:in|around) the middle', MIDDLE_PART],
    ['\\b(?:in|during) the first half', { kind: 'share', from: 0, to: 0.5 }],
    ['\\b(?:in|during) the (?:second|last) half', { kind: 'share', from: 0.5, to: 1 }],
    [`(?<![${LETTER_RANGE}])(?:ganz )?(?:am (?:schluss|ende)|zum schluss)`, END_PART],
    [`(?<![${LETTER_RANGE}])(?:ganz )?(?:am anfang|zu beginn)`, START_PART],
    ['\\bal (?:final|fin)', END_PART],
    ['\\bal (?:principio|comienzo|inicio)', START_PART],
    [`(?<![${LETTER_RANGE}])(?:à la fin|tout à la fin)`, END_PART],
    ['\\bau (?:tout )?(?:début|commencement)', START_PART],
  ] as const
).map(([words, part]) => [new RegExp(`${words}(?![${LETTER_RANGE}])${OF_VIDEO}`, 'i'), part]);

const DURATION_PATTERN = new RegExp(
  `\\b(?:in|during|within)\\s+(?:the\\s+|its\\s+)?(first|last|final)\\s+(?:${NUMBER_WORDS}\\s+)?${TIME_UNITS}\\b(?:\\s+of\\s+(?:the|this|that)\\s+(?:${GENERIC_VIDEO_NOUNS})\\b)?`,
  'i',
);

function toUnitMs(unit: string): Ms {
  if (/^s/i.test(unit) && !/^stund/i.test(unit)) return 1000;
  return /^m/i.test(unit) ? 60_000 : 3_600_000;
}

/** Shortest stretch that "at the end" may mean, and the longest, ms. */
const MIN_PART_MS = 30_000;
const MAX_PART_MS = 15 * 60_000;

/** The range of a video that a part means. */
export function toPartRange(part: VideoPart, durationMs: Ms): TimeRange {
  if (part.kind === 'first') return { startMs: 0, endMs: Math.min(durationMs, part.ms) };
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

/**
 * "after she opens the door", "before the demo", "nachdem sie die Tür öffnet": the side and the words of what it is
 * beside. A question may begin with it.
 */
const NEIGHBOUR_PATTERNS: readonly (readonly ['before' | 'after', RegExp])[] = (
  [
    ['after', '(?:(?:right|just|directly|immediately|shortly|soon)\\s+)?after'],
    ['before', '(?:(?:right|just|directly|immediately|shortly)\\s+)?before'],
    ['after', '(?:kurz |gleich |direkt )?(?:nachdem|nach (?=(?:de[mnr]|einem|einer)\\s))'],
    ['before', '(?:kurz )?(?:bevor|vor (?=(?:de[mnr]|einem|einer)\\s))'],
    ['after', '(?:justo )?después de(?: que)?'],
    ['before', '(?:justo )?antes de(?: que)?'],
    ['after', '(?:juste )?après(?: que)?'],
    ['before', "(?:juste )?avant(?: que| de| d['’])?"],
  ] as const
).map(([side, word]) => [side, new RegExp(`(?<![${LETTER_RANGE}-])${word}\\s*(?<=\\s|['’])(?=\\S)`, 'i')]);
/** What follows `after` and `before` where they point at nothing in a video, or are half of another word. */
const NOT_AN_ANCHOR =
  /^(?:all\b|long\b|that\b|this\b|then\b|it\b|hours\b|effects?\b|care\b|tax(?:es)?\b|noon\b|midnight\b|christmas\b|the fact\b|the first\b|and after\b|\d|(?:the )?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|(?:or (?:after|before)\b|que nada|tout\b|todo\b))/i;
const NOT_A_NEIGHBOUR =
  /\b(?:named?|look(?:s|ed|ing)?|go(?:es|ing)?|went|take[ns]?|took|run(?:s|ning)?|the (?:day|week|month|year|night)|year|day|week|ever|as)$/i;
const WORD_PATTERN = /[\p{L}\p{N}]+/gu;

/** "And then?", "what happens after that": the neighbour of what was spoken of. */
const NEXT_PATTERN =
  /^(?:and |und |y |et )?(?:(?:what|was|qué) \S+ )?(?:next|then|danach|davor|afterwards|before that|after that)[\s?.!]*$|^(.*\S)\s+(?:right |just )?(after|before)\s+(?:that|this|it)[\s?.!]*$/i;
const BEFORE_PATTERN = /\b(?:before|davor)\b/i;

function parseNeighbour(question: string): Pick<TimeConstraints, 'question' | 'beside'> | undefined {
  const next = NEXT_PATTERN.exec(question);
  if (next) {
    const side = BEFORE_PATTERN.test(next[2] ?? question) ? 'before' : 'after';
    return { question: next[1] ? `${next[1]}?` : '', beside: { side, anchor: '' } };
  }
  for (const [side, word] of NEIGHBOUR_PATTERNS) {
    const match = word.exec(question);
    if (!match) continue;
    const front = question.slice(0, match.index).replace(/[\s,]+$/u, '');
    const tail = question.slice(match.index + match[0].length).replace(/[\s?.!…]+$/u, '');
    if (NOT_AN_ANCHOR.test(tail) || NOT_A_NEIGHBOUR.test(front)) continue;
    // "After the demo, what does Tom say?": up to the comma it is the anchor, the rest is asked.
    if (front === '') {
      const comma = tail.indexOf(',');
      if (comma < 0) continue;
      const rest = tail.slice(comma + 1).trim();
      const anchor = tail.slice(0, comma).trim();
      if (rest === '' || anchor === '') continue;
      return { question: `${rest}?`, beside: { side, anchor } };
    }
    if ((tail.match(WORD_PATTERN) ?? []).length === 0) continue;
    return { question: `${front}?`, beside: { side, anchor: tail } };
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

function parseVideoPart(question: string) {
  const maskedQuestion = maskQuotes(question);
  const durationMatch = DURATION_PATTERN.exec(maskedQuestion);
  if (durationMatch) {
    const [matched, end = '', count = 'one', unit = ''] = durationMatch;
    const number = NUMBER_VALUES[count.toLowerCase()] ?? Number(count);
    const kind = end.toLowerCase() === 'first' ? 'first' : 'last';
    return {
      question: removeSpan(question, durationMatch.index, matched.length),
      part: { kind, ms: number * toUnitMs(unit) } as const,
      words: durationMatch[0],
    };
  }
  for (const [words, part] of PART_PATTERNS) {
    const match = words.exec(maskedQuestion);
    if (match) return { question: removeSpan(question, match.index, match[0].length), part, words: match[0] };
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
  let remaining = question;
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
    ...(partMatch?.part && { part: partMatch.part }),
    ...(neighbour?.beside && { beside: neighbour.beside }),
  };
}
