/**
 * A small speech synthesiser with formants, so that the demo and tests have a human-like voice where no voice is
 * installed. Words are written in ARPAbet, without stress: `HH EH L OW`.
 */
const RATE_HZ = 16_000;
/** Share of the way to the next sound that the mouth moves with each sample. */
const GLIDE = 0.004;
/** How much the glottal pulse is softened towards high frequencies, 0..1. */
const SOFTNESS = 0.7;

/** Centre frequencies of the formants, Hz. */
type Formants = readonly [number, number, number];

interface Phone {
  readonly ms: number;
  /** Formants at the start and, for diphthongs, at the end. */
  readonly from: Formants;
  readonly to?: Formants;
  /** Loudness of the voice, 0..1. */
  readonly voice: number;
  /** Loudness and centre (Hz) of the noise of a fricative. */
  readonly noise?: readonly [loudness: number, hertz: number];
  /** A stop: silence, then a burst. */
  readonly stop?: boolean;
}

const vowel = (ms: number, from: Formants, to?: Formants): Phone => ({ ms, from, to, voice: 1 });
const hiss = (ms: number, hertz: number, loudness: number, voice = 0): Phone => ({
  ms,
  from: [300, 1500, 2600],
  voice,
  noise: [loudness, hertz],
});
const stop = (from: Formants, hertz: number, voice = 0): Phone => ({
  ms: 80,
  from,
  voice,
  noise: [0.5, hertz],
  stop: true,
});

const PHONES: Readonly<Record<string, Phone>> = {
  AA: vowel(130, [730, 1090, 2440]),
  AE: vowel(130, [660, 1720, 2410]),
  AH: vowel(80, [620, 1200, 2400]),
  AO: vowel(130, [570, 840, 2410]),
  AW: vowel(170, [750, 1200, 2500], [420, 900, 2300]),
  AY: vowel(170, [730, 1150, 2450], [350, 2100, 2700]),
  EH: vowel(110, [530, 1840, 2480]),
  ER: vowel(130, [490, 1350, 1690]),
  EY: vowel(150, [480, 1900, 2500], [330, 2250, 2800]),
  IH: vowel(80, [400, 1950, 2550]),
  IY: vowel(120, [280, 2250, 2950]),
  OW: vowel(150, [540, 1000, 2400], [380, 820, 2300]),
  OY: vowel(170, [550, 850, 2400], [380, 2000, 2600]),
  UH: vowel(80, [440, 1020, 2240]),
  UW: vowel(120, [310, 870, 2240]),
  M: { ms: 75, from: [260, 1100, 2200], voice: 0.5 },
  N: { ms: 70, from: [260, 1600, 2600], voice: 0.5 },
  NG: { ms: 80, from: [260, 2000, 2700], voice: 0.5 },
  L: { ms: 70, from: [360, 1050, 2700], voice: 0.7 },
  R: { ms: 75, from: [340, 1150, 1600], voice: 0.7 },
  W: { ms: 70, from: [300, 700, 2200], voice: 0.7 },
  Y: { ms: 60, from: [280, 2200, 2900], voice: 0.7 },
  HH: hiss(60, 1500, 0.2),
  S: hiss(110, 5500, 0.35),
  SH: hiss(110, 2900, 0.45),
  F: hiss(90, 4500, 0.12),
  TH: hiss(80, 4800, 0.1),
  Z: hiss(90, 5300, 0.2, 0.4),
  V: hiss(70, 4000, 0.06, 0.5),
  DH: hiss(50, 4200, 0.05, 0.5),
  P: stop([300, 900, 2200], 1200),
  B: stop([300, 900, 2200], 1000, 0.3),
  T: stop([320, 1750, 2700], 4200),
  D: stop([320, 1750, 2700], 3800, 0.3),
  K: stop([320, 2000, 2400], 2200),
  G: stop([320, 2000, 2400], 2000, 0.3),
  CH: { ...stop([320, 1800, 2600], 3000), ms: 120 },
  JH: { ...stop([320, 1800, 2600], 2800, 0.3), ms: 100 },
};
/** Bandwidths of the formants, Hz. */
const BANDWIDTHS: Formants = [80, 110, 170];
const GAP_MS = 25;
/** Speaks slower than the lengths above, so that each sound is reached. */
const SLOWNESS = 1.3;

/** Creates a two-pole resonator whose centre may move with every sample. */
function createResonator(bandwidth: number): (input: number, hertz: number) => number {
  let last = 0;
  let beforeLast = 0;
  const decay = Math.exp((-Math.PI * bandwidth) / RATE_HZ);
  return (input, hertz) => {
    const b = 2 * decay * Math.cos((2 * Math.PI * hertz) / RATE_HZ);
    const c = -decay * decay;
    const output = (1 - b - c) * input + b * last + c * beforeLast;
    beforeLast = last;
    last = output;
    return output;
  };
}

/** Equal noise at every run, -1..1. */
function createNoise(): () => number {
  let state = 4711;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

interface Segment extends Phone {
  readonly startMs: number;
}

function toSegments(sentence: string): readonly Segment[] {
  let startMs = 0;
  const segments: Segment[] = [];
  for (const word of sentence.split('|')) {
    for (const name of word.trim().split(/\s+/)) {
      const phone = PHONES[name];
      if (!phone) throw new Error(`${name} is no phone`);
      const ms = phone.ms * SLOWNESS;
      segments.push({ ...phone, ms, startMs });
      startMs += ms;
    }
    startMs += GAP_MS;
  }
  return segments;
}

/** Speaks a sentence, words separated by `|`. Returns samples at 16 kHz in -1..1. */
export function speak(sentence: string, pitchHz = 120): Float32Array {
  const segments = toSegments(sentence);
  const last = segments.at(-1);
  const totalMs = (last ? last.startMs + last.ms : 0) + 60;
  const samples = new Float32Array(Math.round((totalMs * RATE_HZ) / 1000));
  const resonators = BANDWIDTHS.map(createResonator);
  const frication = createResonator(900);
  const noise = createNoise();
  const formants: [number, number, number] = [500, 1500, 2500];
  let [voice, hissing, phase, tilt] = [0, 0, 0, 0];
  let current = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const ms = (i * 1000) / RATE_HZ;
    while ((segments[current + 1]?.startMs ?? Number.POSITIVE_INFINITY) <= ms) current += 1;
    const segment = segments[current];
    if (!segment) break;
    const share = Math.min(1, (ms - segment.startMs) / segment.ms);
    const isOver = ms > segment.startMs + segment.ms;
    const isClosed = segment.stop === true && share < 0.6;
    // Formants and loudness glide, as a mouth does.
    segment.from.forEach((hertz, k) => {
      const goal = hertz + ((segment.to?.[k] ?? hertz) - hertz) * share;
      formants[k as 0 | 1 | 2] += (goal - (formants[k as 0 | 1 | 2] ?? goal)) * GLIDE;
    });
    voice += ((isOver ? 0 : isClosed ? segment.voice * 0.3 : segment.voice) - voice) * 0.008;
    const goalHiss = isOver || isClosed ? 0 : (segment.noise?.[0] ?? 0);
    hissing += (goalHiss - hissing) * 0.02;
    const melody = 1 + 0.12 * Math.sin((2 * Math.PI * ms) / 700) - 0.2 * (ms / totalMs);
    phase += (pitchHz * melody) / RATE_HZ;
    // A pulse at each closing of the vocal folds, softened towards high frequencies.
    const pulse = phase >= 1 ? 12 : 0;
    if (phase >= 1) phase -= 1;
    tilt = SOFTNESS * tilt + (1 - SOFTNESS) * (pulse + 0.03 * noise());
    const throat = resonators.reduce(
      (sound, resonate, k) => resonate(sound, formants[k] ?? 500),
      tilt * voice,
    );
    const air = frication(noise() * hissing, segment.noise?.[1] ?? 3000);
    samples[i] = Math.max(-1, Math.min(1, 0.13 * throat + 0.25 * air));
  }
  return samples;
}
