import assert from 'node:assert/strict';
import test from 'node:test';
import type { ScreenState } from '../../server/src/core/domain/video-analysis.ts';
import { createOcrSampler } from '../../server/src/core/media/ocr-sampler.ts';
import { flat, type Grey, noisy, scene, seeded, withText } from '../support/grey-scenes.ts';

const STEP_MS = 100;

/** Text times of a recording that shows `picture(timeMs)` ten times a second. */
function looks(endMs: number, picture: (timeMs: number) => Grey): readonly ScreenState[] {
  const looks = createOcrSampler();
  for (let timeMs = 0; timeMs < endMs; timeMs += STEP_MS) looks.add(timeMs, picture(timeMs));
  const times = looks.finish(endMs);
  let lastMs = 0;
  for (const { startMs, endMs, readMs } of times) {
    assert.ok(lastMs <= startMs && startMs <= readMs && readMs < endMs, JSON.stringify(times));
    lastMs = endMs;
  }
  return times;
}

const page = flat(20);
/** A screen with `count` rows of text. */
const rows = (count: number, seed = 0): Grey =>
  Array.from({ length: count }).reduce<Grey>(
    (drawn, _, i) => withText(drawn, 2, 2 + i, 10 + ((i * 7 + seed * 13) % 30), 150 - seed * 9),
    page,
  );

test('given a slide that stays, then it is read once, over its whole time', () => {
  assert.deepEqual(
    looks(60_000, () => rows(10)),
    [{ startMs: 0, endMs: 60_000, readMs: 500 }],
  );
});

test('given three slides, then each is read once, soon after it came to rest', () => {
  const times = looks(30_000, (timeMs) => rows(10, Math.floor(timeMs / 10_000)));
  assert.deepEqual(
    times.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 10_000],
      [10_000, 20_000],
      [20_000, 30_000],
    ],
  );
  for (const { startMs, readMs } of times) assert.ok(readMs - startMs <= 1000);
});

test('given a terminal that gains a row every 5 s, then it is read after each', () => {
  const times = looks(20_000, (timeMs) => rows(2 + Math.floor(timeMs / 5000)));
  assert.equal(times.length, 4);
});

test('given text that is being typed, then it is read a few times, the last near its end', () => {
  const times = looks(12_000, (timeMs) =>
    withText(rows(5), 2, 20, Math.min(40, Math.floor(timeMs / 200)), 160),
  );
  assert.ok(times.length <= 6, `${times.length}`);
  assert.ok((times.at(-1)?.readMs ?? 0) >= 8000, JSON.stringify(times.at(-1)));
});

test('given compression noise and a blinking cursor, then the screen is read once', () => {
  const random = seeded(3);
  const cursor = (timeMs: number) => (timeMs % 1000 < 500 ? withText(rows(8), 30, 30, 1, 120) : rows(8));
  assert.equal(looks(60_000, (timeMs) => noisy(cursor(timeMs), 2, random)).length, 1);
});

test('given a moving face beside a slide, then the slide is read few times', () => {
  const face = (timeMs: number): Grey => {
    const drawn = rows(10).slice();
    const moved = scene(5, 20 + 6 * Math.sin(timeMs / 900) + 3 * Math.sin(timeMs / 370));
    for (let y = 24; y < 36; y += 1) drawn.set(moved.subarray(y * 64 + 48, y * 64 + 64), y * 64 + 48);
    return drawn;
  };
  const moving = looks(60_000, face).length;
  assert.ok(moving <= 15, `${moving}`);
  // A brisk one never rests long enough.
  const brisk = looks(60_000, (timeMs) => face(timeMs * 5)).length;
  assert.ok(brisk <= 4, `${brisk}`);
});

test('given a moving scene, then it is read now and then', () => {
  const times = looks(60_000, (timeMs) => scene(6, (timeMs / 40) % 60));
  assert.ok(times.length >= 8 && times.length <= 20, `${times.length}`);
});

test('given a screen that always changes, then the number of readings is bounded', () => {
  const times = looks(600_000, (timeMs) => rows(20, Math.floor(timeMs / 700)));
  assert.ok(times.length >= 10 && times.length <= 10 * 20 + 8, `${times.length}`);
});

test('given black pictures, then they are not read and end the text before them', () => {
  assert.deepEqual(
    looks(10_000, () => flat(0)),
    [],
  );
  const times = looks(12_000, (timeMs) => (timeMs < 4000 || timeMs >= 8000 ? rows(9) : flat(0)));
  assert.deepEqual(
    times.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 4000],
      [8000, 12_000],
    ],
  );
});

test('given a single picture or a very short video, then it is read once', () => {
  const still = createOcrSampler();
  still.add(0, rows(5));
  assert.deepEqual(still.finish(1), [{ startMs: 0, endMs: 1, readMs: 0 }]);
  assert.equal(looks(400, () => rows(5)).length, 1);
});
