import type { Cue } from '../domain/cue.ts';
import { type Ms, overlapMs, type TimeRange } from '../domain/time-range.ts';
import { guessLanguage } from '../language/stemmer.ts';
import { isInventedText } from './invented-text.ts';
import { findLanguageCode } from './language-names.ts';
import { removeRepetition, toBareWord } from './repetition.ts';
import { toVisibleText } from './strip-markup.ts';

/** One segment reported by a transcriber; untrusted. Times count from the start of the audio it received. */
export interface TranscriptSegment {
  readonly text: string;
  /** Missing if the model reports no times. */
  readonly startMs?: Ms;
  readonly endMs?: Ms;
  /** Mean natural logarithm of its tokens' probabilities; 0 is certain. */
  readonly logProbability?: number;
  /** Probability that nobody speaks, 0..1. */
  readonly noSpeech?: number;
}

/** The range of the audio chunk and the ranges in it that may contain a voice, in ms of the video. */
export interface SpeechRange extends TimeRange {
  readonly voicedRanges: readonly TimeRange[];
}

/** Minimum confidence; text below it is invented. */
const MIN_LOG_PROBABILITY = -1;
/** Drops text if the model thinks that nobody speaks, unless it is confident of the words. */
const MAX_NO_SPEECH_PROBABILITY = 0.6;
const CONFIDENT_LOG_PROBABILITY = -0.5;
/** Treats a phrase repeated this often in a row as a loop, not speech. */
const MIN_REPETITIONS = 4;
/** Treats this many equal segments in a row as a loop. */
const MAX_EQUAL_SEGMENTS = 3;
/** Maximum number of characters in 30 s of speech. */
const MAX_TEXT_CHARS = 2000;
/** Minimum length of a cue, in ms. */
const MIN_CUE_MS = 100;

/** Removes `[music]`, `(applause)`, `*sighs*` and notes: sounds that a model describes, not spoken words. */
function cleanSegmentText(text: string): string {
  const words = toVisibleText(text.slice(0, MAX_TEXT_CHARS))
    .replace(/\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|<\|[^|]*\|>|[♩-♯]/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(words) ? removeRepetition(words, MIN_REPETITIONS) : '';
}

function isConfident({ logProbability, noSpeech }: TranscriptSegment): boolean {
  if (logProbability !== undefined && logProbability < MIN_LOG_PROBABILITY) return false;
  return !(
    noSpeech !== undefined &&
    noSpeech > MAX_NO_SPEECH_PROBABILITY &&
    (logProbability ?? MIN_LOG_PROBABILITY) < CONFIDENT_LOG_PROBABILITY
  );
}

/** Returns the part of a range that may contain a voice; undefined if there is none. */
function findVoicedHull(range: TimeRange, voicedRanges: readonly TimeRange[]): TimeRange | undefined {
  const overlapping = voicedRanges.filter((voicedRange) => overlapMs(voicedRange, range) > 0);
  const first = overlapping[0];
  const last = overlapping.at(-1);
  if (!first || !last) return undefined;
  return { startMs: Math.max(range.startMs, first.startMs), endMs: Math.min(range.endMs, last.endMs) };
}

const sentenceSegmenter = new Intl.Segmenter('und', { granularity: 'sentence' });

/** Splits text without times into sentences, spread over a range in proportion to their length. */
function spreadSentences(text: string, { startMs, endMs }: TimeRange): readonly Cue[] {
  const parts = [...sentenceSegmenter.segment(text)];
  const toMs = (index: number) => Math.round(startMs + (index / text.length) * (endMs - startMs));
  return parts.map(({ segment, index }) => ({
    kind: 'speech',
    text: segment.trim(),
    startMs: toMs(index),
    endMs: toMs(index + segment.length),
  }));
}

/**
 * Converts the segments of one audio chunk to cues. Leaves out uncertain text, text where no voice can be,
 * descriptions of sounds, invented credits, and loops. Times are limited to the chunk and narrowed to where a voice is.
 */
export function toTranscriptCues(
  speech: SpeechRange,
  segments: readonly TranscriptSegment[],
): readonly Cue[] {
  const cues: Cue[] = [];
  let previousText = '';
  let equalCount = 0;
  let lastEndMs = speech.startMs;
  for (const segment of segments) {
    const text = isConfident(segment) ? cleanSegmentText(segment.text) : '';
    if (text === '' || isInventedText(text, segment)) continue;
    const comparableText = toBareWord(text);
    equalCount = comparableText === previousText ? equalCount + 1 : 1;
    previousText = comparableText;
    if (equalCount >= MAX_EQUAL_SEGMENTS) {
      if (equalCount === MAX_EQUAL_SEGMENTS) cues.splice(cues.length - MAX_EQUAL_SEGMENTS + 2);
      continue;
    }
    if (!isTime(segment.startMs) || !isTime(segment.endMs)) {
      const hull = findVoicedHull(speech, speech.voicedRanges);
      if (hull) cues.push(...spreadSentences(text, hull));
      continue;
    }
    const startMs = Math.max(lastEndMs, speech.startMs + Math.round(segment.startMs));
    const endMs = Math.min(speech.endMs, speech.startMs + Math.round(segment.endMs));
    const hull = findVoicedHull(
      { startMs, endMs: Math.max(endMs, startMs + MIN_CUE_MS) },
      speech.voicedRanges,
    );
    if (!hull) continue;
    cues.push({ kind: 'speech', text, ...hull });
    lastEndMs = hull.endMs;
  }
  return cues;
}

/**
 * Returns the time from which the text of a chunk is doubtful: the start of the first segment that the model was
 * unsure of. Undefined if it was sure of all, or wrote nothing: then it heard nobody.
 */
export function findDoubtfulMs(
  speech: Pick<SpeechRange, 'startMs'>,
  segments: readonly TranscriptSegment[],
): Ms | undefined {
  const doubtful = segments.find(({ logProbability }) => (logProbability ?? 0) < MIN_LOG_PROBABILITY);
  return doubtful && speech.startMs + Math.max(0, doubtful.startMs ?? 0);
}

/** Returns the language of one piece of speech, if its own text confirms what the model reported. */
export function confirmLanguage(reported: string | undefined, cues: readonly Cue[]): string | undefined {
  return reported !== undefined && guessLanguage(cues.map(({ text }) => text).join(' ')) === reported
    ? reported
    : undefined;
}

function isTime(ms: number | undefined): ms is number {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0;
}

/** Number of chunks with words after which the language of a video is settled. */
const MIN_VOTING_STRETCHES = 3;

export interface LanguageVote {
  /** Adds one chunk: the language reported by the model, and the cues. */
  add(language: string | undefined, cues: readonly Cue[]): void;
  /** Returns the final language; undefined while it is not settled. */
  settledLanguage(): string | undefined;
  /** Returns the language of most of the text so far, as BCP 47. */
  leadingLanguage(): string | undefined;
}

/**
 * Determines the single language of a video from its first chunks. One short word at the start decides
 * nothing.
 */
export function createLanguageVote(): LanguageVote {
  const charsByLanguage = new Map<string, number>();
  let text = '';
  let stretches = 0;
  const leadingLanguage = () =>
    [...charsByLanguage].sort((a, b) => b[1] - a[1])[0]?.[0] ?? guessLanguage(text);
  return {
    add(language, cues) {
      if (cues.length === 0) return;
      stretches += 1;
      if (text.length < MAX_TEXT_CHARS) text += ` ${cues.map((cue) => cue.text).join(' ')}`;
      const length = cues.reduce((sum, cue) => sum + cue.text.length, 0);
      if (language) charsByLanguage.set(language, (charsByLanguage.get(language) ?? 0) + length);
    },
    settledLanguage: () => (stretches >= MIN_VOTING_STRETCHES ? leadingLanguage() : undefined),
    leadingLanguage,
  };
}

/** Names that speech recognisers use beside the usual English ones. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['castilian', 'es'],
  ['mandarin', 'zh'],
  ['flemish', 'nl'],
  ['haitian', 'ht'],
  ['myanmar', 'my'],
  ['valencian', 'ca'],
]);

/**
 * Returns the language code of a name or tag: `english`, `en`, `eng` and `en-US` give `en`. Returns undefined
 * if unknown.
 */
export function parseLanguageName(name: string): string | undefined {
  const normalised = name.trim().toLowerCase();
  if (/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(normalised)) {
    const [code] = Intl.getCanonicalLocales(normalised);
    return code?.split('-')[0];
  }
  return OTHER_NAMES.get(normalised) ?? findLanguageCode(normalised);
}
