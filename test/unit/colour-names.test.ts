import assert from 'node:assert/strict';
import test from 'node:test';
import {
  COLOURS,
  colourName,
  countColours,
  dominantColours,
} from '../../server/src/core/media/colour-names.ts';

const named: readonly [string, string][] = [
  ['#000000', 'black'],
  ['#101418', 'black'],
  ['#1e1e1e', 'black'],
  ['#ffffff', 'white'],
  ['#f5f5dc', 'white'],
  ['#808080', 'grey'],
  ['#708090', 'grey'],
  ['#b0b0b0', 'grey'],
  ['#ff0000', 'red'],
  ['#b22222', 'red'],
  ['#dc143c', 'red'],
  ['#ff8c00', 'orange'],
  ['#ffa500', 'orange'],
  ['#8b4513', 'brown'],
  ['#654321', 'brown'],
  ['#ffff00', 'yellow'],
  ['#ffd700', 'yellow'],
  ['#008000', 'green'],
  ['#228b22', 'green'],
  ['#90ee90', 'green'],
  ['#00ffff', 'cyan'],
  ['#008b8b', 'cyan'],
  ['#0000ff', 'blue'],
  ['#4169e1', 'blue'],
  ['#87ceeb', 'blue'],
  ['#000080', 'blue'],
  ['#800080', 'purple'],
  ['#8a2be2', 'purple'],
  ['#ff69b4', 'pink'],
  ['#ffc0cb', 'pink'],
];

test('given RGB values, when named, then names are those that people use', () => {
  const wrong = named
    .map(([hex, name]) => {
      const value = Number.parseInt(hex.slice(1), 16);
      const got = colourName(value >> 16, (value >> 8) & 255, value & 255);
      return got === name ? '' : `${hex} is ${name}, not ${got}`;
    })
    .filter(Boolean);
  assert.deepEqual(wrong, []);
});

test('given pixels, when counted, then dominant colours come first and small parts are left out', () => {
  const counts = new Float64Array(COLOURS.length);
  const pixels = Array.from({ length: 100_000 }, (_, i) =>
    i < 60_000 ? [0, 0, 255] : i < 95_000 ? [255, 255, 255] : [255, 0, 0],
  );
  countColours(Uint8Array.from(pixels.flat()), counts);
  assert.deepEqual(dominantColours(counts), ['blue', 'white']);
  assert.deepEqual(dominantColours(new Float64Array(COLOURS.length)), []);
});
