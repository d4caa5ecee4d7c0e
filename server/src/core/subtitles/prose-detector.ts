import type { Cue } from '../domain/cue.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { ITEMS_PER_STEP, type Steps } from '../text/steps.ts';

/** Scripts written without spaces between words. */
const UNSPACED_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/gu;
/** Mean number of letters per word in those scripts. */
const LETTERS_PER_WORD = 2;
/** Maximum length of a word, in characters; longer runs of letters are encoded data. */
const MAX_WORD_CHARS = 45;
/** Minimum number of cues that can show a pattern. */
const MIN_CUES = 3;
/**
 * Mean number of numbers per cue from which equal forms count as instrument readings; `Chapter 3` has one.
 */
const MIN_NUMBERS_PER_CUE = 1.9;
/** Rate of cues per second that is unreadable if sustained over a whole track. */
const MAX_CUES_PER_S = 8;
const MIN_RATED_CUES = 40;

/** Removes descriptions of sounds (`[Music]`, `(applause)`) and musical notes, which nobody says. */
export function removeSounds(text: string): string {
  return text.replace(/\[[^[\]]*\]|\([^()]*\)|[♩-♯]/gu, ' ').trim();
}

/**
 * Counts the spoken words of a text in any script. Descriptions of sounds, numbers, addresses and encoded
 * data do not count.
 */
export function countSpokenWords(text: string): number {
  const spokenText = removeSounds(text);
  const unspacedLetters = spokenText.match(UNSPACED_SCRIPTS)?.length ?? 0;
  let words = unspacedLetters / LETTERS_PER_WORD;
  for (const token of spokenText.replace(UNSPACED_SCRIPTS, ' ').split(/[\s\p{Pd}…]+/u)) {
    const word = token.replace(/^[\p{P}\p{S}]+/u, '').replace(/[\p{P}\p{S}]{1,9}$/u, '');
    if (word.length <= MAX_WORD_CHARS && /^\p{L}[\p{L}\p{M}\p{Cf}'’.]*$/u.test(word)) words += 1;
  }
  return words;
}

/**
 * Returns whether a text is the payload of a metadata track: JSON, an address, a sprite region or encoded
 * data.
 */
export function isPayload(text: string): boolean {
  if (/#xywh=/i.test(text) || /^[[{]\s*["{[\]}]/.test(text)) return true;
  if (/^[\w.:/?&=%#+~@-]+$/.test(text)) {
    return /^\S+:\/\//.test(text) || /\.(?:jpe?g|png|webp|avif|gif|bmp|svg|ts|m3u8|mpd)\b/i.test(text);
  }
  return /^\S+\.(?:jpe?g|png|webp|avif)(?:\?\S*)?$/i.test(text);
}

/** Counts features of a track that distinguish instrument readings from language. */
interface TrackCounts {
  payloads: number;
  letters: number;
  /** Number of digits and data characters. */
  dataChars: number;
  /** Number of texts with more of those than letters. */
  readingTexts: number;
  numbers: number;
  numberedTexts: number;
  /** Texts with their numbers masked. */
  readonly maskedTexts: Set<string>;
}

function countText(counts: TrackCounts, text: string): void {
  if (isPayload(text)) counts.payloads += 1;
  const letterCount = text.match(/[\p{L}\p{M}]/gu)?.length ?? 0;
  const dataCharCount = text.match(/[\p{Nd}[\]{}()<>=|:/\\_#@^~+;]/gu)?.length ?? 0;
  counts.letters += letterCount;
  counts.dataChars += dataCharCount;
  if (dataCharCount > letterCount) counts.readingTexts += 1;
  const numberCount = text.match(/\d[\d.,:/-]*/g)?.length ?? 0;
  if (numberCount === 0) return;
  counts.numbers += numberCount;
  counts.numberedTexts += 1;
  counts.maskedTexts.add(text.replace(/[-+]?\d[\d.,:/-]*/g, '0'));
}

/** Returns whether nearly all cues share a few forms that differ only in several numbers. */
function isForm({ numbers, numberedTexts, maskedTexts }: TrackCounts, cues: number): boolean {
  if (cues < MIN_CUES || numberedTexts < cues * 0.8 || numbers < numberedTexts * MIN_NUMBERS_PER_CUE)
    return false;
  return maskedTexts.size <= Math.max(1, numberedTexts * 0.34);
}

/**
 * Returns whether the cues of a track are language. Data carried as subtitles is not: drone telemetry,
 * thumbnail sprites, JSON, addresses, advertising markers. Cues must be sorted by time.
 */
export function* isLanguage(cues: readonly (TimeRange & { readonly text: string })[]): Steps<boolean> {
  const counts: TrackCounts = {
    payloads: 0,
    letters: 0,
    dataChars: 0,
    readingTexts: 0,
    numbers: 0,
    numberedTexts: 0,
    maskedTexts: new Set(),
  };
  for (const [at, { text }] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    countText(counts, text);
  }
  if (counts.payloads > cues.length / 2) return false;
  if (counts.dataChars > counts.letters && counts.readingTexts > cues.length / 2) return false;
  if (isForm(counts, cues.length)) return false;
  const seconds = ((cues.at(-1)?.startMs ?? 0) - (cues[0]?.startMs ?? 0)) / 1000;
  return cues.length < MIN_RATED_CUES || cues.length <= seconds * MAX_CUES_PER_S;
}

/** A cue at least this long (ms) with fewer words per second than this is a chapter title. */
const MIN_CHAPTER_MS: Ms = 15_000;
const MAX_CHAPTER_WORDS_PER_S = 0.3;

/** Returns whether most cues are shown far longer than it takes to say them, as chapter titles are. */
export function* areChapters(cues: readonly (TimeRange & { readonly text: string })[]): Steps<boolean> {
  const longCues = cues.filter(({ startMs, endMs }) => endMs - startMs >= MIN_CHAPTER_MS);
  if (longCues.length < 2 || longCues.length <= cues.length / 2) return false;
  let titles = 0;
  for (const [at, { startMs, endMs, text }] of longCues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (countSpokenWords(text) < ((endMs - startMs) / 1000) * MAX_CHAPTER_WORDS_PER_S) titles += 1;
  }
  return titles >= 2 && titles > cues.length / 2;
}

/** The video is divided into windows of at most this length (ms), and at least this many. */
const MAX_WINDOW_MS: Ms = 30_000;
const MIN_WINDOWS = 10;
/**
 * Minimum share of windows with words, and minimum number of words per second over the whole video, for a track
 * whose words are spread over the video. A forced track of a film has fewer: 40 lines in two hours are 0.03.
 */
const MIN_COVERED_SHARE = 0.25;
const MIN_SPREAD_WORDS_PER_S = 0.1;
/** Minimum number of words per second for a track whose words may be in one part of the video only. */
const MIN_WORDS_PER_S = 0.3;
/** Minimum share of the duration if a track has a single line. */
const MIN_SINGLE_LINE_SHARE = 0.15;
/** Maximum time per word, in ms: a line that stays on screen is not speech all that time. */
const MAX_WORD_MS: Ms = 1000;

/**
 * Returns whether cues contain the speech of a video, so that transcription is unnecessary: words are
 * numerous or spread over its length. Forced lines, descriptions of sounds and audio description do not count.
 */
export function* coversSpeech(cues: readonly Cue[], durationMs: Ms): Steps<boolean> {
  const lengthMs = durationMs > 0 ? durationMs : Math.max(1, ...cues.slice(-1).map((cue) => cue.endMs));
  const windowMs = Math.min(MAX_WINDOW_MS, lengthMs / MIN_WINDOWS);
  const spokenWindows = new Set<number>();
  let words = 0;
  let lines = 0;
  let spokenMs = 0;
  for (const [at, cue] of cues.entries()) {
    if (at % ITEMS_PER_STEP === 0) yield;
    if (cue.kind !== 'speech' || cue.startMs >= lengthMs) continue;
    const count = countSpokenWords(cue.text);
    if (count === 0) continue;
    lines += 1;
    words += count;
    const endMs = Math.min(cue.endMs, cue.startMs + Math.ceil(count) * MAX_WORD_MS, lengthMs);
    spokenMs += endMs - cue.startMs;
    for (let window = Math.floor(cue.startMs / windowMs); window * windowMs < endMs; window += 1)
      spokenWindows.add(window);
  }
  const wordRate = (words * 1000) / lengthMs;
  if (lines === 1) return wordRate >= MIN_WORDS_PER_S && spokenMs >= lengthMs * MIN_SINGLE_LINE_SHARE;
  const isSpread = spokenWindows.size >= Math.ceil(lengthMs / windowMs - 1e-6) * MIN_COVERED_SHARE;
  return wordRate >= (isSpread ? MIN_SPREAD_WORDS_PER_S : MIN_WORDS_PER_S);
}
