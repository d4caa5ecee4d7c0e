import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fitInside,
  type Orientation,
  parseOrientation,
  rotatePicture,
  toShownSizePx,
  UPRIGHT,
} from '../../server/src/adapters/libav/orientation.ts';
import { createSampleInterval } from '../../server/src/adapters/libav/sample-interval.ts';
import { createSoundBlocks } from '../../server/src/adapters/libav/sound-blocks.ts';

function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of [a, b, 0, c, d].entries()) view.setInt32(at * 4, value * 65_536, true);
  return bytes;
}

test('given a display matrix, when parsed, then it is a rotation with or without a mirror', () => {
  const cases: readonly (readonly [readonly [number, number, number, number], Orientation])[] = [
    [[1, 0, 0, 1], { mirrored: false, quarters: 0 }],
    [[0, 1, -1, 0], { mirrored: false, quarters: 1 }],
    [[-1, 0, 0, -1], { mirrored: false, quarters: 2 }],
    [[0, -1, 1, 0], { mirrored: false, quarters: 3 }],
    [[-1, 0, 0, 1], { mirrored: true, quarters: 0 }],
    [[1, 0, 0, -1], { mirrored: true, quarters: 2 }],
  ];
  for (const [values, wanted] of cases)
    assert.deepEqual(parseOrientation(matrix(...values)), wanted, `${values}`);
  assert.deepEqual(parseOrientation(null), UPRIGHT);
});

test('given an orientation, when a picture is rotated, then it is mirrored first and turned clockwise', () => {
  // a b c
  // d e f
  const data = Uint8Array.from('abcdef', (letter) => letter.charCodeAt(0));
  const turn = (mirrored: boolean, quarters: Orientation['quarters']) =>
    String.fromCharCode(...rotatePicture(data, { width: 3, height: 2 }, 1, { mirrored, quarters }));
  assert.equal(turn(false, 0), 'abcdef');
  assert.equal(turn(false, 1), 'daebfc');
  assert.equal(turn(false, 2), 'fedcba');
  assert.equal(turn(false, 3), 'cfbead');
  assert.equal(turn(true, 0), 'cbafed');
  assert.equal(turn(true, 1), 'fcebda');
});

test('given a pixel aspect, a rotation and a box, then the size is as shown, inside the box and not enlarged', () => {
  assert.deepEqual(toShownSizePx(1440, 1080, 4 / 3, UPRIGHT), { width: 1920, height: 1080 });
  assert.deepEqual(toShownSizePx(1920, 1080, 1, { mirrored: false, quarters: 1 }), {
    width: 1080,
    height: 1920,
  });
  assert.deepEqual(toShownSizePx(100, 100, 1e9, UPRIGHT), { width: 100, height: 100 });
  assert.deepEqual(fitInside({ width: 1920, height: 1080 }, { width: 384, height: 384 }), {
    width: 384,
    height: 216,
  });
  assert.deepEqual(fitInside({ width: 64, height: 48 }, { width: 384, height: 384 }), {
    width: 64,
    height: 48,
  });
  assert.deepEqual(fitInside({ width: 10_000, height: 1 }, { width: 100, height: 100 }), {
    width: 100,
    height: 1,
  });
});

test('given an interval, when times are sampled, then the first at or after each beat is taken', () => {
  const due = createSampleInterval(1000);
  assert.deepEqual(
    [0, 400, 999.8, 1040, 1999, 5500, 5900, 6000].filter((time) => due(time)),
    [0, 999.8, 5500, 6000],
  );
});

test('given samples, when grouped, then blocks last a second and a gap starts a new one', () => {
  const blocks = createSoundBlocks(10);
  const tens = (count: number, value: number) => new Float32Array(count).fill(value);
  const out = [
    ...blocks.add(tens(7, 1), 0),
    ...blocks.add(tens(7, 2), 700),
    ...blocks.add(tens(25, 3), 5000),
    ...blocks.end(),
  ];
  assert.deepEqual(
    out.map(({ timeMs, samples }) => [timeMs, [...samples].join('')]),
    [
      [0, '1111111222'],
      [1000, '2222'],
      [5000, '3333333333'],
      [6000, '3333333333'],
      [7000, '33333'],
    ],
  );
});
