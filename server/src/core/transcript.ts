import type { Cue } from './cue.ts';
import { visible } from './cues/plain.ts';
import { guessLanguage } from './language.ts';
import { bare, cutLoops } from './loops.ts';
import { type Ms, overlapMs, type TimeRange } from './range.ts';

/** What a transcriber heard, as it tells it: untrusted. Times count from the start of the sound it was given. */
export interface HeardSegment {
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
export interface HeardIn extends TimeRange {
  readonly voiced: readonly TimeRange[];
}

/** Text that a model believes in less is made up. */
const LEAST_LOG = -1;
/** Text is dropped where the model itself thinks that nobody speaks, unless it is sure of its words. */
const NO_SPEECH = 0.6;
const SURE_LOG = -0.5;
/** A phrase so many times in a row is a loop, not speech. */
const LOOP = 4;
/** Three equal segments in a row are a loop. */
const EQUAL_SEGMENTS = 3;
/** Text beyond this is no 30 s of speech, characters. */
const MOST_TEXT = 2000;
/** A cue lasts at least so long, ms. */
const LEAST_MS = 100;

/** `[music]`, `(applause)`, `*sighs*`, notes: sounds that a model names, not words that are said. */
function spokenOf(text: string): string {
  const words = visible(text.slice(0, MOST_TEXT))
    .replace(/\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|<\|[^|]*\|>|[♩-♯]/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return /[\p{L}\p{N}]/u.test(words) ? cutLoops(words, LOOP) : '';
}

function isBelieved({ logProbability, noSpeech }: HeardSegment): boolean {
  if (logProbability !== undefined && logProbability < LEAST_LOG) return false;
  return !(noSpeech !== undefined && noSpeech > NO_SPEECH && (logProbability ?? LEAST_LOG) < SURE_LOG);
}

/** The part of a range in which a voice may be; undefined where there is none. */
function voicedHull(range: TimeRange, voiced: readonly TimeRange[]): TimeRange | undefined {
  const inside = voiced.filter((each) => overlapMs(each, range) > 0);
  const first = inside[0];
  const last = inside.at(-1);
  if (!first || !last) return undefined;
  return { startMs: Math.max(range.startMs, first.startMs), endMs: Math.min(range.endMs, last.endMs) };
}

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' });

/** Sentences of a text without times, spread over a range in proportion to their length. */
function spread(text: string, { startMs, endMs }: TimeRange): readonly Cue[] {
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
export function cuesOf(heard: HeardIn, segments: readonly HeardSegment[]): readonly Cue[] {
  const cues: Cue[] = [];
  let before = '';
  let equal = 0;
  let atMs = heard.startMs;
  for (const segment of segments) {
    const text = isBelieved(segment) ? spokenOf(segment.text) : '';
    if (text === '') continue;
    const same = bare(text);
    equal = same === before ? equal + 1 : 1;
    before = same;
    if (equal >= EQUAL_SEGMENTS) {
      if (equal === EQUAL_SEGMENTS) cues.splice(cues.length - EQUAL_SEGMENTS + 2);
      continue;
    }
    if (!isTime(segment.startMs) || !isTime(segment.endMs)) {
      const hull = voicedHull(heard, heard.voiced);
      if (hull) cues.push(...spread(text, hull));
      continue;
    }
    const startMs = Math.max(atMs, heard.startMs + Math.round(segment.startMs));
    const endMs = Math.min(heard.endMs, heard.startMs + Math.round(segment.endMs));
    const hull = voicedHull({ startMs, endMs: Math.max(endMs, startMs + LEAST_MS) }, heard.voiced);
    if (!hull) continue;
    cues.push({ kind: 'speech', text, ...hull });
    atMs = hull.endMs;
  }
  return cues;
}

function isTime(ms: number | undefined): ms is number {
  return ms !== undefined && Number.isFinite(ms) && ms >= 0;
}

/** After so many stretches with words the language of a video stands. */
const ENOUGH = 3;

export interface LanguageVote {
  /** One stretch: what the model says its language is, and the words it heard. */
  add(language: string | undefined, cues: readonly Cue[]): void;
  /** Settled for the rest of the video; undefined while it is open. */
  settled(): string | undefined;
  /** The language of most of the words so far, BCP 47. */
  winner(): string | undefined;
}

/** Finds the one language of a video from its first stretches; a short word at the start decides nothing. */
export function createLanguageVote(): LanguageVote {
  const letters = new Map<string, number>();
  let text = '';
  let stretches = 0;
  const winner = () => [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? guessLanguage(text);
  return {
    add(language, cues) {
      if (cues.length === 0) return;
      stretches += 1;
      if (text.length < MOST_TEXT) text += ` ${cues.map((cue) => cue.text).join(' ')}`;
      const length = cues.reduce((sum, cue) => sum + cue.text.length, 0);
      if (language) letters.set(language, (letters.get(language) ?? 0) + length);
    },
    settled: () => (stretches >= ENOUGH ? winner() : undefined),
    winner,
  };
}

let names: ReadonlyMap<string, string> | undefined;

/** `english`, `en`, `eng`, `en-US` -> `en`; undefined for what is no language. */
export function languageNamed(name: string): string | undefined {
  const told = name.trim().toLowerCase();
  if (/^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/.test(told)) {
    const [code] = Intl.getCanonicalLocales(told);
    return code?.split('-')[0];
  }
  names ??= languageNames();
  return names.get(told);
}

function languageNames(): ReadonlyMap<string, string> {
  const shown = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const found = new Map<string, string>([
    ['castilian', 'es'],
    ['mandarin', 'zh'],
    ['flemish', 'nl'],
    ['haitian', 'ht'],
    ['myanmar', 'my'],
    ['valencian', 'ca'],
  ]);
  for (const a of letters) {
    for (const b of letters) {
      const name = shown.of(a + b);
      if (name && !found.has(name.toLowerCase())) found.set(name.toLowerCase(), a + b);
    }
  }
  return found;
}
