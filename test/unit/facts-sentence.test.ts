import assert from 'node:assert/strict';
import test from 'node:test';
import type { Facts } from '../../server/src/core/domain/facts.ts';
import { toFactsSentence } from '../../server/src/core/media/facts-sentence.ts';

const clip = { startMs: 30_000, endMs: 60_000 };
const facts: Facts = {
  shots: 3,
  cutsMs: [41_000, 52_000],
  motion: 0.012,
  brightness: 0.5,
  colours: ['blue', 'white', 'grey'],
  black: [],
  still: [],
  loudness: -22.4,
  silence: [],
};

const cases: readonly [string, Partial<Facts>, string][] = [
  ['three shots', {}, 'Measured: 3 shots, some motion, mostly blue, white and grey, sound at -22 dBFS.'],
  [
    'one dark, still and silent shot',
    {
      shots: 1,
      motion: 0,
      brightness: 0.05,
      colours: ['black'],
      still: [clip],
      loudness: -120,
      silence: [clip],
    },
    'Measured: 1 shot, dark, mostly black, still throughout, silent throughout.',
  ],
  [
    'parts that are black, still or silent',
    {
      black: [{ startMs: 30_000, endMs: 34_000 }],
      still: [
        { startMs: 40_000, endMs: 45_000 },
        { startMs: 50_000, endMs: 57_000 },
      ],
      silence: [{ startMs: 30_000, endMs: 39_600 }],
      brightness: 0.8,
    },
    'Measured: 3 shots, some motion, bright, mostly blue, white and grey, black for 4 s, still for 12 s, ' +
      'sound at -22 dBFS, silent for 10 s.',
  ],
  [
    'black throughout without a sound track',
    { black: [clip], loudness: undefined },
    'Measured: black throughout, no sound track.',
  ],
  ['audio only', { shots: 0, loudness: -9 }, 'Measured: no picture, loud sound at -9 dBFS.'],
  [
    'a silence too short to mention',
    { silence: [{ startMs: 30_000, endMs: 32_000 }], loudness: -45, colours: [] },
    'Measured: 3 shots, some motion, faint sound at -45 dBFS.',
  ],
];

for (const [name, changes, sentence] of cases) {
  test(`given ${name}, when its facts are put into words, then they are right`, () =>
    assert.equal(toFactsSentence({ ...facts, ...changes }, clip), sentence));
}
