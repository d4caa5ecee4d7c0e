import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cue } from '../../server/src/core/domain/cue.ts';
import { fitToVideo } from '../../server/src/core/subtitles/fit-to-video.ts';

const HOUR = 3_600_000;
const cue = (startMs: number, endMs = startMs + 2000): Cue => ({
  startMs,
  endMs,
  text: `${startMs}`,
  kind: 'speech',
});
const starts = (cues: readonly Cue[]) => cues.map(({ startMs }) => startMs);

test('given cues of a tape that begins at hour 1 or 10, when they are fitted, then they start with the video', () => {
  for (const hours of [1, 10]) {
    const { cues, lateCues } = fitToVideo([cue(hours * HOUR + 1000), cue(hours * HOUR + 50_000)], 60_000);
    assert.deepEqual([starts(cues), cues[0]?.endMs, lateCues], [[1000, 50_000], 3000, []]);
  }
});

test('given cues of a longer film, when they are fitted, then those after the end are left out and returned', () => {
  const { cues, lateCues } = fitToVideo([cue(1000), cue(HOUR + 1000)], 60_000);
  assert.deepEqual([starts(cues), starts(lateCues)], [[1000], [HOUR + 1000]]);
  const all = fitToVideo([cue(HOUR + 1000), cue(HOUR + 70_000)], 60_000);
  assert.deepEqual([starts(all.cues), starts(all.lateCues)], [[], [HOUR + 1000, HOUR + 70_000]]);
});

test('given a cue that ends hours later, when it is fitted, then it ends about when the video does', () => {
  const { cues } = fitToVideo([cue(1000, 100 * HOUR), cue(63_000, 70_000)], 60_000);
  assert.deepEqual(
    cues.map(({ endMs }) => endMs),
    [65_000, 65_000],
  );
});

test('given a film of two hours, or one of unknown length, when its cues are fitted, then they stay', () => {
  const cues = [cue(HOUR + 1000), cue(2 * HOUR - 1000)];
  for (const durationMs of [2 * HOUR, 0])
    assert.deepEqual(fitToVideo(cues, durationMs), { cues, lateCues: [] });
  assert.deepEqual(fitToVideo([], 1000), { cues: [], lateCues: [] });
});
