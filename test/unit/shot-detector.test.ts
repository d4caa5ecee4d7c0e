import assert from 'node:assert/strict';
import test from 'node:test';
import { createShotDetector } from '../../server/src/core/media/shot-detector.ts';
import { blend, flat, type Grey, noisy, scene, seeded } from '../support/grey-scenes.ts';

/** Cuts found in pictures given one every `stepMs`, or at the times given. */
function cuts(pictures: readonly Grey[], timeOf: (at: number) => number = (at) => at * 40): number[] {
  const found: number[] = [];
  let steps = 0;
  const shots = createShotDetector(({ timeMs, cut }) => {
    assert.equal(timeMs, timeOf(steps), 'every frame comes back once, in order');
    steps += 1;
    if (cut) found.push(timeMs);
  });
  for (const [at, picture] of pictures.entries()) shots.add(timeOf(at), picture);
  shots.finish();
  assert.equal(steps, pictures.length);
  return found;
}

const hold = (picture: Grey, count: number): Grey[] => Array.from({ length: count }, () => picture);
const pan = (seed: number, count: number): Grey[] =>
  Array.from({ length: count }, (_, i) => scene(seed, i * 0.4));

test('given hard cuts between still, moving and noisy shots, then each is found at its first frame', () => {
  const random = seeded(1);
  const pictures = [
    ...hold(scene(1), 20),
    ...pan(2, 30),
    ...hold(scene(3), 25).map((picture) => noisy(picture, 6, random)),
    ...pan(4, 25),
  ];
  assert.deepEqual(cuts(pictures), [20 * 40, 50 * 40, 75 * 40]);
});

test('given fades, pans, noise and slow changes of light, then there is no cut', () => {
  const random = seeded(2);
  const fade = Array.from({ length: 25 }, (_, i) => blend(scene(1), scene(2), i / 24));
  assert.deepEqual(cuts(fade), []);
  assert.deepEqual(cuts(pan(3, 100)), []);
  assert.deepEqual(cuts(hold(scene(4), 60).map((picture) => noisy(picture, 20, random))), []);
  assert.deepEqual(cuts(Array.from({ length: 50 }, (_, i) => flat(40 + i * 4))), []);
});

test('given a flash of one or two frames, then there is no cut; given a cut after it, then there is', () => {
  const still = hold(scene(5), 20);
  for (const length of [1, 2]) {
    assert.deepEqual(cuts([...still, ...hold(flat(250), length), ...still]), []);
  }
  assert.deepEqual(cuts([...still, flat(250), ...still, ...hold(scene(6), 10)]), [41 * 40]);
});

test('given a jerk of the camera, then there is no cut; given two dim shots, then there is', () => {
  const jerky = Array.from({ length: 60 }, (_, i) => scene(9, i * 1.2 + (i >= 30 ? 1.7 : 0)));
  assert.deepEqual(cuts(jerky), []);
  const dim = (seed: number) => scene(seed).map((value) => Math.round(value / 8));
  assert.deepEqual(cuts([...hold(dim(1), 20), ...hold(dim(10), 20)]), [800]);
});

test('given frames at uneven times, then the cut has the time of its frame', () => {
  const times = Array.from({ length: 40 }, (_, i) => Math.round(i * 70 + 30 * Math.sin(i)));
  const pictures = [...pan(7, 22), ...pan(8, 18)];
  assert.deepEqual(
    cuts(pictures, (at) => times[at] ?? 0),
    [times[22]],
  );
});

test('given a cut in the first or last frames, then it is found; given no frames, then there is none', () => {
  assert.deepEqual(cuts([scene(1), ...hold(scene(2), 5)]), [40]);
  assert.deepEqual(cuts([...hold(scene(1), 8), ...hold(scene(2), 8), scene(3)]), [8 * 40, 16 * 40]);
  assert.deepEqual(cuts([]), []);
  assert.deepEqual(cuts([scene(1)]), []);
});

test('given shots of less than a quarter of a second, then their cuts are bounded', () => {
  const strobe = Array.from({ length: 30 }, (_, i) => scene(100 + Math.floor(i / 3)));
  const { length } = cuts(strobe);
  assert.ok(length >= 1 && length <= (30 * 40) / 250 + 1, `${length}`);
});
