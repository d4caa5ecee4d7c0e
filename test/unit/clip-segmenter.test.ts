import assert from 'node:assert/strict';
import test from 'node:test';
import { segmentClips } from '../../server/src/core/media/clip-segmenter.ts';

const edges = (durationMs: number, clipMs: number, cutsMs: readonly number[] = []) => {
  const clips = segmentClips(durationMs, clipMs, cutsMs);
  for (const [i, clip] of clips.entries()) {
    assert.ok(clip.startMs < clip.endMs);
    if (i > 0) assert.equal(clip.startMs, clips[i - 1]?.endMs);
  }
  return [...clips.map(({ startMs }) => startMs), clips.at(-1)?.endMs];
};

test('given a length, when segmented, then clips have it and cover the whole video', () => {
  assert.deepEqual(edges(90_000, 30_000), [0, 30_000, 60_000, 90_000]);
  assert.deepEqual(edges(12_000, 30_000), [0, 12_000]);
  assert.deepEqual(edges(30_000, 30_000), [0, 30_000]);
});

test('given a short rest, then it joins the last clip; given a longer one, then it is a clip', () => {
  assert.deepEqual(edges(69_999, 30_000), [0, 30_000, 69_999]);
  assert.deepEqual(edges(70_000, 30_000), [0, 30_000, 60_000, 70_000]);
});

test('given cuts, then an edge moves to the nearest one in reach', () => {
  assert.deepEqual(edges(90_000, 30_000, [25_000, 31_500, 53_999, 88_000]), [0, 31_500, 60_000, 90_000]);
  assert.deepEqual(edges(90_000, 30_000, [24_000, 66_000]), [0, 24_000, 66_000, 90_000]);
});

test('given cuts beyond the end or at one place, then no clip is empty', () => {
  assert.deepEqual(edges(40_000, 30_000, [30_000, 30_000, 40_000, 41_000]), [0, 30_000, 40_000]);
  edges(
    100_000,
    10_000,
    Array.from({ length: 1000 }, (_, i) => i * 100),
  );
});

test('given a video without length, then it is one clip', () => {
  assert.deepEqual(edges(0, 30_000), [0, 1]);
});

test('given a video of weeks, as a damaged time makes it, then its clips are longer and not too many', () => {
  const fourWeeksMs = 28 * 24 * 3_600_000;
  const found = edges(fourWeeksMs, 30_000);
  assert.ok(found.length <= 12_001, `${found.length}`);
  assert.equal(found.at(-1), fourWeeksMs);
  assert.equal(edges(100 * 3_600_000, 30_000).length, 12_001);
});
