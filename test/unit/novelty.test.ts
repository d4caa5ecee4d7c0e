import assert from 'node:assert/strict';
import test from 'node:test';
import { showsTheSame, toColourGrid } from '../../server/src/core/media/novelty.ts';

const SIDE = 64;

/** A grey room with a block of another colour, as a person or thing in it. */
function drawRoom(left: number, size: number, colour: readonly [number, number, number], noise = 0) {
  const data = new Uint8Array(SIDE * SIDE * 3);
  for (let i = 0; i < data.length; i += 1) data[i] = 120 + (noise === 0 ? 0 : (i * 7) % noise);
  for (let y = 8; y < 8 + size; y += 1)
    for (let x = left; x < left + size; x += 1) data.set(colour, (y * SIDE + x) * 3);
  return [toColourGrid({ width: SIDE, height: SIDE, data })];
}

const RED = [220, 20, 20] as const;
const room = drawRoom(10, 20, RED);

test('given noise and a slight movement, when views are compared, then they show the same', () => {
  assert.ok(showsTheSame(drawRoom(10, 20, RED, 8), room));
  assert.ok(showsTheSame(drawRoom(12, 20, RED), room));
});

test('given another colour, another place, another thing or another brightness, then they do not', () => {
  assert.ok(!showsTheSame(drawRoom(10, 20, [20, 20, 220]), room));
  assert.ok(!showsTheSame(drawRoom(40, 20, RED), room));
  assert.ok(!showsTheSame(drawRoom(10, 40, RED), room));
  assert.ok(!showsTheSame(drawRoom(10, 20, RED, 60), room));
});

test('given clips with unequal numbers of pictures, or none, then they do not show the same', () => {
  assert.ok(!showsTheSame([], []));
  assert.ok(!showsTheSame([...room, ...room], room));
});

test('given pictures in another order, then a movement in the other direction is something else', () => {
  const [left, right] = [drawRoom(4, 20, RED), drawRoom(40, 20, RED)];
  assert.ok(showsTheSame([...left, ...right], [...left, ...right]));
  assert.ok(!showsTheSame([...left, ...right], [...right, ...left]));
});
