import type { SpeakerTurn } from './diarisation-error.ts';
import { speakText } from './real-sound.ts';

const RATE_HZ = 16_000;

/** What is said in turns: short replies among long sentences, as in a committee. */
const SENTENCES = [
  'The committee met on Tuesday to talk about the old bridge.',
  'Yes.',
  'Three companies had sent their offers, and the cheapest came from the village itself.',
  'I do not think that is right.',
  'After a long discussion the members decided to wait until the spring.',
  'Why not before the winter?',
  'The water is too high in winter, and nobody wants to work in the rain.',
  'A visit to the river is planned for the second week of April. Everybody who would like to come should bring warm clothes and strong shoes.',
  'Okay, good.',
  'The treasurer reported that there is enough money for new lamps along the path.',
  'In the evening the choir will sing in the small church behind the school.',
  'That sounds nice.',
  'We should ask the museum whether they still want the tractor from the seventies.',
  'They asked for it twice, but nobody answered the letter.',
  'Who was supposed to write back?',
  'I was, and I forgot it over the holidays. I will call them tomorrow morning and find out what they think.',
  'The next point is the roof of the town hall. It leaks above the stairs, and the carpenter says that the beams are wet.',
  'How long has it been like this?',
  'Since the storm in November, at least.',
  'Then we have to do something before the frost comes.',
  'Let us vote about the roof now, and about the lamps next week.',
  'All in favour?',
  'Good, that is settled. The rest of the money goes to the playground behind the library.',
  'The old swings are rusty, and one of the chains is broken.',
  'I can repair the chain myself if somebody lends me the tools.',
  'Then see you all next Thursday at seven, in the same room as today.',
];

export interface ScriptedMeeting {
  readonly sound: Float32Array;
  readonly turns: readonly (SpeakerTurn & { readonly text: string })[];
}

/** Cuts the silence at both ends. */
function trim(sound: Float32Array): Float32Array {
  const isLoud = (sample: number) => Math.abs(sample) > 0.01;
  return sound.subarray(sound.findIndex(isLoud), sound.findLastIndex(isLoud) + 1);
}

/**
 * Lets voices of espeak-ng hold a meeting, equal at every run. Pauses last 0.1 to 0.7 s; every tenth turn begins before
 * the one before it ends.
 */
export function holdMeeting(voices: readonly string[], seed: number): ScriptedMeeting {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) / 2 ** 24;
  };
  const turns: ScriptedMeeting['turns'][number][] = [];
  const pieces: { readonly at: number; readonly samples: Float32Array }[] = [];
  let end = 0.5;
  for (const [i, text] of SENTENCES.entries()) {
    const others = voices.filter((voice) => voice !== turns.at(-1)?.speaker);
    const speaker = others[Math.floor(random() * others.length)] ?? '';
    const samples = trim(speakText(text, speaker));
    const length = samples.length / RATE_HZ;
    const start = i % 10 === 9 ? end - Math.min(0.8, length / 2) : end + 0.1 + 0.6 * random();
    turns.push({ speaker, start, end: start + length, text });
    pieces.push({ at: Math.round(start * RATE_HZ), samples });
    end = Math.max(end, start + length);
  }
  const sound = Float32Array.from(
    { length: Math.round((end + 0.5) * RATE_HZ) },
    () => 0.004 * (random() - 0.5),
  );
  for (const { at, samples } of pieces)
    for (const [i, sample] of samples.entries()) sound[at + i] = (sound[at + i] ?? 0) + 0.7 * sample;
  return { sound, turns };
}
