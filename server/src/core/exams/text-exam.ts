/** A question with passages; the first is the answer. */
export interface RankingQuestion {
  readonly question: string;
  readonly passages: readonly [answer: string, ...others: readonly string[]];
}

export const RANKING_EXAM: readonly RankingQuestion[] = [
  {
    question: 'When does the shop open?',
    passages: [
      'You can buy rolls from six in the morning.',
      'The shop has a green door.',
      'My uncle opened the letter.',
    ],
  },
  {
    question: 'What does the dog eat?',
    passages: [
      'Our puppy gets rice with chicken twice a day.',
      'The dog sleeps on the sofa.',
      'We eat at noon.',
    ],
  },
  {
    question: 'Why was the train late?',
    passages: [
      'A tree had fallen onto the rails.',
      'The train has eight carriages.',
      'It is late, let us go home.',
    ],
  },
  {
    question: 'How tall is the tower?',
    passages: ['It rises ninety metres into the sky.', 'The tower has a clock.', 'My brother is tall.'],
  },
];

/** What the recording of the exam says, at 8 kHz. */
export const SPOKEN_SENTENCE = 'The train to the mountains leaves at seven in the morning.';
/** Decodes G.711 mu-law to samples in -1..1. */
export function decodeMuLaw(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (byte) => {
    const inverted = ~byte & 0xff;
    const exponent = (inverted >> 4) & 7;
    const magnitude = (((inverted & 15) << 3) + 132) * 2 ** exponent - 132;
    return ((inverted & 128) !== 0 ? -magnitude : magnitude) / 32_768;
  });
}

/** Doubles the sampling rate: each new sample lies between its neighbours. */
export function doubleRate(samples: Float32Array): Float32Array {
  return Float32Array.from({ length: samples.length * 2 }, (_, i) => {
    const sample = samples[i >> 1] ?? 0;
    return i % 2 === 0 ? sample : (sample + (samples[(i >> 1) + 1] ?? sample)) / 2;
  });
}

/** Returns the number of words of the sentence that a transcript contains. */
export function countHeardWords(transcript: string): number {
  const toWords = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const heard = new Set(toWords(transcript.replace(/\b7\b/g, 'seven')));
  return [...new Set(toWords(SPOKEN_SENTENCE))].filter((word) => heard.has(word)).length;
}
