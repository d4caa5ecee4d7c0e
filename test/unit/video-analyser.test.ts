import assert from 'node:assert/strict';
import test from 'node:test';
import { createVideoAnalyser, type VideoAnalyser } from '../../server/src/core/media/video-analyser.ts';
import { flat, type Grey, scene } from '../support/grey-scenes.ts';

const STEP_MS = 40;

/** Gives `picture(timeMs)` for every frame from `fromMs` to `toMs`. */
function show(measure: VideoAnalyser, fromMs: number, toMs: number, picture: (timeMs: number) => Grey): void {
  for (let timeMs = fromMs; timeMs < toMs; timeMs += STEP_MS) measure.grey(timeMs, picture(timeMs));
}

function sound(measure: VideoAnalyser, fromMs: number, toMs: number, level: number): void {
  for (let timeMs = fromMs; timeMs < toMs; timeMs += 64) {
    const samples = Float32Array.from(
      { length: 1024 },
      (_, i) => level * Math.sin(((timeMs * 16 + i) * 440) / 2546.5),
    );
    measure.audio(timeMs, samples.subarray(0, Math.min(1024, (toMs - timeMs) * 16)));
  }
}

test('given frames, when analysed, then each clip has shots, cuts, motion, brightness, still and black ranges', () => {
  const measure = createVideoAnalyser({ clipMs: 10_000, durationMs: 23_000 });
  const still = scene(1);
  show(measure, 0, 6000, () => still);
  show(measure, 6000, 11_000, (timeMs) => scene(2, (timeMs - 6000) / 60));
  show(measure, 11_000, 15_000, () => flat(3));
  show(measure, 15_000, 23_000, () => flat(200));
  const { clips } = measure.finish();
  assert.deepEqual(
    clips.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 11_000],
      [11_000, 23_000],
    ],
  );
  const [first, second] = clips.map(({ facts }) => facts);
  assert.deepEqual(first?.cutsMs, [6000]);
  assert.equal(first?.shots, 2);
  assert.deepEqual(first?.still, [{ startMs: 0, endMs: 6000 }]);
  assert.ok(first.motion > 0.001 && first.motion < 0.05, `${first.motion}`);
  assert.deepEqual(second?.cutsMs, [15_000]);
  assert.deepEqual(second?.black, [{ startMs: 11_000, endMs: 15_000 }]);
  assert.deepEqual(second?.still, [
    { startMs: 11_000, endMs: 15_000 },
    { startMs: 15_000, endMs: 23_000 },
  ]);
  assert.equal(second?.motion, 0);
  assert.equal(second?.brightness, Number(((100 * 3 + 200 * 200) / 300 / 255).toFixed(3)));
  assert.equal(second?.loudness, undefined);
  assert.deepEqual(second?.silence, []);
});

test('given colours, when analysed, then each clip has its own, the most common first', () => {
  const measure = createVideoAnalyser({ clipMs: 10_000, durationMs: 20_000 });
  show(measure, 0, 20_000, () => scene(1));
  const picture = (red: number, green: number, blue: number, share: number) =>
    Uint8Array.from({ length: 32 * 18 * 3 }, (_, i) =>
      Math.floor(i / 3) < 32 * 18 * share ? ([red, green, blue][i % 3] ?? 0) : 255,
    );
  for (let timeMs = 0; timeMs < 20_000; timeMs += 1000) {
    measure.colour({
      timeMs,
      data: timeMs < 10_000 ? picture(200, 20, 20, 0.7) : picture(10, 40, 220, 0.95),
    });
  }
  const { clips } = measure.finish();
  assert.deepEqual(
    clips.map(({ facts }) => facts.colours),
    [['red', 'white'], ['blue']],
  );
});

test('given sound, when analysed, then loudness leaves out silence, which has its ranges', () => {
  const measure = createVideoAnalyser({ clipMs: 10_000, durationMs: 20_000 });
  sound(measure, 0, 5000, 0.5);
  sound(measure, 5000, 12_000, 0);
  sound(measure, 12_000, 20_000, 0.05);
  const { clips, textTimes } = measure.finish();
  const [first, second] = clips.map(({ facts }) => facts);
  assert.equal(first?.shots, 0);
  assert.ok(Math.abs((first?.loudness ?? 0) - 20 * Math.log10(0.5 / Math.SQRT2)) < 0.5, `${first?.loudness}`);
  assert.ok(
    Math.abs((second?.loudness ?? 0) - 20 * Math.log10(0.05 / Math.SQRT2)) < 0.5,
    `${second?.loudness}`,
  );
  assert.deepEqual(first?.silence, [{ startMs: 5000, endMs: 10_000 }]);
  assert.deepEqual(second?.silence, [{ startMs: 10_000, endMs: 12_000 }]);
  assert.deepEqual(textTimes, []);
});

test('given a sound track with gaps, then they are silence; given silence only, then loudness is the minimum', () => {
  const measure = createVideoAnalyser({ clipMs: 30_000, durationMs: 10_000 });
  sound(measure, 3000, 5000, 0.3);
  sound(measure, 8000, 10_000, 0.3);
  assert.deepEqual(measure.finish().clips[0]?.facts.silence, [
    { startMs: 0, endMs: 3000 },
    { startMs: 5000, endMs: 8000 },
  ]);
  const quiet = createVideoAnalyser({ clipMs: 30_000, durationMs: 4000 });
  sound(quiet, 0, 4000, 0);
  assert.equal(quiet.finish().clips[0]?.facts.loudness, -120);
});

test('given a clip without frames, then it has those before it', () => {
  const measure = createVideoAnalyser({ clipMs: 10_000, durationMs: 30_000 });
  measure.grey(0, flat(51));
  measure.colour({ timeMs: 0, data: new Uint8Array(300).fill(128) });
  const { clips } = measure.finish();
  assert.deepEqual(
    clips.map(({ facts }) => [facts.shots, facts.brightness, facts.colours, facts.still]),
    [0, 10_000, 20_000].map((startMs) => [1, 0.2, ['grey'], [{ startMs, endMs: startMs + 10_000 }]]),
  );
});

test('given nothing decoded, then there is one clip without pictures and sound', () => {
  const { clips, textTimes } = createVideoAnalyser({ clipMs: 30_000, durationMs: 0 }).finish();
  assert.deepEqual(clips, [
    {
      startMs: 0,
      endMs: 1,
      facts: {
        shots: 0,
        cutsMs: [],
        motion: 0,
        brightness: 0,
        colours: [],
        black: [],
        still: [],
        loudness: undefined,
        silence: [],
      },
    },
  ]);
  assert.deepEqual(textTimes, []);
});

test('given frames beyond the duration, then the video is as long as they are', () => {
  const measure = createVideoAnalyser({ clipMs: 10_000, durationMs: 0 });
  show(measure, 0, 25_000, () => scene(1));
  assert.deepEqual(
    measure.finish().clips.map(({ endMs }) => endMs),
    [10_000, 20_000, 24_961],
  );
});
