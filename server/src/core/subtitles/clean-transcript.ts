import type { Cue } from '../domain/cue.ts';
import { type Ms, overlapMs, type TimeRange } from '../domain/time-range.ts';
import { guessLanguage } from '../language/stemmer.ts';
import { findLanguageCode } from './language-names.ts';
import { removeRepetition, toBareWord } from './repetition.ts';
import { visible } from './strip-markup.ts';

/** What a transcriber heard, as it tells it: untrusted. Times count from the start of the sound it was given. */
export interface TranscriptSegment {
  readonly text: string;
  /** Absent where the model tells no times. */
  readonly startMs?: Ms;
  readonly endMs?: Ms;
  /** Mean natural logarithm of its tokens' probabilities; 0 is certain. */
  readonly logProbability?: number;
  /** Probability that nobody speaks, 0..1. */
  readonly noSpeech?: number;
}

/** Where the sound lies that was given, and the moments in it that may hold a voice; ms of the video. */
export interface SpeechRange extends TimeRange {
  readonly voiced: readonly TimeRange[];
}

/** Text that a model believes in less is made up. */
const MIN_LOG_PROBABILITY = -1;
/** Text is dropped where the model itself thinks that nobody speaks, unless it is sure of its words. */
const MAX_NO_SPEECH_PROBABILITY = 0.6;
const CONFIDENT_LOG_PROBABILITY = -0.5;
/** A phrase so many times in a row is a loop, not speech. */
const MIN_REPETITIONS = 4;
/** Three equal segments in a row are a loop. */
const MAX_EQUAL_SEGMENTS = 3;
/** Text beyond this is no 30 s of speech, characters. */
const MAX_TEXT_CHARS = 2000;
/** A cue lasts at least so long, ms. */
const MIN_CUE_MS = 100;

/** `[music]`, `(applause)`, `*sighs*`, notes: sounds that a model names, not words that are said. */
function cleanSegmentText(text: string): string {
  const words = visible(text.slice(0, MAX_TEXT_CHARS))
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

/** The part of a range in which a voice may be; undefined where there is none. */
function voicedHull(range: TimeRange, voiced: readonly TimeRange[]): TimeRange | undefined {
  const overlapping = voiced.filter((each) => overlapMs(each, range) > 0);
  const first = overlapping[0];
  const last = overlapping.at(-1);
  if (!first || !last) return undefined;
  return { startMs: Math.max(range.startMs, first.startMs), endMs: Math.min(range.endMs, last.endMs) };
}

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });

/** Sentences of a text without times, spread over a range in proportion to their length. */
function spreadSentences(text: string, { startMs, endMs }: TimeRange): readonly Cue[] {
  const parts = [...sentences.segment(text)];
  const at = (index: number) => Math.round(startMs + (index / text.length) * (endMs - startMs));
  return parts.map(({ segment, index }) => ({
    kind: 'speech',
    text: segment.trim(),
    startMs: at(index),
    endMs: at(index + segment.length),
  }));
}

/**
 * The Cues of one stretch of sound. Left out is what the model is unsure of, what it says where no voice can be, names
 * of sounds, and loops; times are kept within the sound and drawn in to where a voice is.
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
    if (text === '') continue;
    const comparableText = toBareWord(text);
    equalCount = comparableText === previousText ? equalCount + 1 : 1;
    previousText = comparableText;
    if (equalCount >= MAX_EQUAL_SEGMENTS) {
      if (equalCount === MAX_EQUAL_SEGMENTS) cues.splice(cues.length - MAX_EQUAL_SEGMENTS + 2);
      continue;
    }
    if (!isTime(segment.startMs) || !isTime(segment.endMs)) {
      const hull = voicedHull(speech, speech.voiced);
      if (hull) cues.push(...spreadSentences(text, hull));
      continue;
    }
    const startMs = Math.max(lastEndMs, speech.startMs + Math.round(segment.startMs));
    const endMs = Math.min(speech.endMs, speech.startMs + Math.round(segment.endMs));
    const hull = voicedHull({ startMs, endMs: Math.max(endMs, startMs + MIN_CUE_MS) }, speech.voiced);
    if (!hull) continue;
    cues.push({ kind: 'speech', text, ...hull });
    lastEndMs = hull.endMs;
  }
  return cues;
}

function isTime(ms: number | undefined): ms is number {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0;
}

/** After so many stretches with words the language of a video stands. */
const MIN_VOTING_STRETCHES = 3;

export interface LanguageVote {
  /** One stretch: what the model says its language is, and the words it heard. */
  add(language: string | undefined, cues: readonly Cue[]): void;
  /** Settled for the rest of the video; undefined while it is open. */
  settledLanguage(): string | undefined;
  /** The language of most of the words so far, BCP 47. */
  leadingLanguage(): string | undefined;
}

/** Finds the one language of a video from its first stretches; a short word at the start decides nothing. */
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

/** `english`, `en`, `eng`, `en-US` -> `en`; undefined for what is no language. */
export function parseLanguageName(name: string): string | undefined {
  const normalised = name.trim().toLowerCase();
  if (/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(normalised)) {
    const [code] = Intl.getCanonicalLocales(normalised);
    return code?.split('-')[0];
  }
  return OTHER_NAMES.get(normalised) ?? findLanguageCode(normalised);
}
