import { SPEECH_SAMPLE_RATE_HZ } from '../../server/src/core/media/voice-activity.ts';
import type { TranscriptSegment } from '../../server/src/core/subtitles/clean-transcript.ts';

/** Hz; a word is two of them, one after the other. */
const TONES = [400, 600, 900, 1350, 2000] as const;
/** German is whistled on tones of its own. */
const GERMAN_TONES = [500, 740, 1100, 1640, 2500] as const;
const TONE_S = 0.16;
const WITHIN_S = 0.06;
const BETWEEN_S = 0.2;
const WORD_S = 2 * TONE_S + WITHIN_S;
const STEP_S = WORD_S + BETWEEN_S;
/** A longer pause ends a sentence, ms. */
const SENTENCE_MS = 450;

const WORDS = (
  'the whale sings under blue water and a red fox sleeps near old stone ' +
  'walls while rain falls on dry land'
).split(' ');
const GERMAN_WORDS = (
  'der wal singt unter blauem wasser und ein roter fuchs schläft bei alten steinen während regen auf ' +
  'dürres land fällt'
).split(' ');
const pairsOf = (tones: readonly number[]) =>
  tones.flatMap((a) => tones.filter((b) => b !== a).map((b) => [a, b] as const));
const PAIRS = pairsOf(TONES);
/** The 20 words of the first language that is whistled. */
export const VOCABULARY: readonly string[] = [...new Set(WORDS)].slice(0, PAIRS.length);
/** And those of the other one; models/tiny-whisper knows both. */
export const GERMAN: readonly string[] = GERMAN_WORDS.slice(0, PAIRS.length);
const SOUNDS = new Map([
  ...VOCABULARY.map((word, i) => [word, PAIRS[i]] as const),
  ...pairsOf(GERMAN_TONES).map((pair, i) => [GERMAN[i] ?? '', pair] as const),
]);

export interface Said {
  readonly startMs: number;
  readonly text: string;
}

/** Seconds that a text takes to be whistled. */
export function secondsOf(text: string): number {
  return text.split(' ').length * STEP_S - BETWEEN_S;
}

/** Sentences as tones: the sample at a time, s; -1..1. */
export function whistled(sentences: readonly Said[], loudness = 0.4): (time: number) => number {
  const tones = sentences.flatMap(({ startMs, text }) =>
    text.split(' ').flatMap((word, i) => {
      const pair = SOUNDS.get(word);
      if (!pair) throw new Error(`${word} is no word of these languages`);
      const from = startMs / 1000 + i * STEP_S;
      return pair.map((hertz, k) => ({ hertz, from: from + k * (TONE_S + WITHIN_S) }));
    }),
  );
  return (time) => {
    const tone = tones.find(({ from }) => time >= from && time < from + TONE_S);
    return tone ? loudness * Math.sin(2 * Math.PI * tone.hertz * time) : 0;
  };
}

/** Samples of `seconds` at 16 kHz of what a function of time gives. */
export function sampled(seconds: number, at: (time: number) => number): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * SPEECH_SAMPLE_RATE_HZ) }, (_, i) =>
    at(i / SPEECH_SAMPLE_RATE_HZ),
  );
}

interface Burst {
  readonly startMs: number;
  readonly endMs: number;
  readonly hertz: number;
}

/** Tones that stand out, by level in 10 ms and by crossings of zero. */
function burstsOf(samples: Float32Array): readonly Burst[] {
  const size = SPEECH_SAMPLE_RATE_HZ / 100;
  const bursts: Burst[] = [];
  let from = -1;
  for (let at = 0; at <= samples.length; at += size) {
    const frame = samples.subarray(at, at + size);
    const loud = frame.reduce((sum, sample) => sum + sample * sample, 0) / size > 0.005;
    if (loud && from < 0) from = at;
    if (loud || from < 0) continue;
    const inner = samples.subarray(from + size, at - size);
    let crossings = 0;
    for (let i = 1; i < inner.length; i += 1) {
      if ((inner[i] ?? 0) < 0 !== (inner[i - 1] ?? 0) < 0) crossings += 1;
    }
    const hertz = (crossings * SPEECH_SAMPLE_RATE_HZ) / (2 * Math.max(1, inner.length));
    bursts.push({ startMs: from / 16, endMs: at / 16, hertz });
    from = -1;
  }
  return bursts;
}

/** A recogniser of the whistled language: its sentences with their times, ms. */
export function heardIn(
  samples: Float32Array,
): readonly Required<Pick<TranscriptSegment, 'text' | 'startMs' | 'endMs'>>[] {
  const near = (hertz: number) =>
    TONES.reduce((best, tone) => (Math.abs(tone - hertz) < Math.abs(best - hertz) ? tone : best));
  const bursts = burstsOf(samples).map((burst) => ({ ...burst, tone: near(burst.hertz) }));
  const sentences: { text: string; startMs: number; endMs: number }[] = [];
  for (let i = 0; i + 1 < bursts.length; i += 2) {
    const [first, second] = [bursts[i], bursts[i + 1]];
    if (!first || !second) continue;
    const word = VOCABULARY[PAIRS.findIndex(([a, b]) => a === first.tone && b === second.tone)] ?? '?';
    const last = sentences.at(-1);
    if (last && first.startMs - last.endMs < SENTENCE_MS) {
      last.text += ` ${word}`;
      last.endMs = second.endMs;
    } else sentences.push({ text: word, startMs: first.startMs, endMs: second.endMs });
  }
  return sentences;
}
