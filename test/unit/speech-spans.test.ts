import assert from 'node:assert/strict';
import test from 'node:test';
import { createSpeechSpans, MAX_SPEECH_SPANS, sumSpans } from '../../server/src/core/media/speech-spans.ts';

const FRAME_SAMPLES = 320;
const FRAME_MS = 20;

/** Judged frames of a track: voice in these ranges, ms. */
function framesOf(lengthMs: number, voiced: readonly (readonly [number, number])[]) {
  return Array.from({ length: lengthMs / FRAME_MS }, (_, i) => {
    const startMs = i * FRAME_MS;
    const voice = voiced.some(([from, to]) => startMs >= from && startMs < to);
    return { startMs, samples: new Float32Array(FRAME_SAMPLES), afterGap: i === 0, voice };
  });
}

function spansOf(lengthMs: number, voiced: readonly (readonly [number, number])[]) {
  const spans = createSpeechSpans(FRAME_SAMPLES);
  for (const frame of framesOf(lengthMs, voiced)) spans.add([frame]);
  return spans.list();
}

test('given a voice with pauses, when spans are collected, then short pauses belong to them and long ones divide them', () => {
  const heard = spansOf(30_000, [
    [10_000, 12_000],
    [12_800, 14_000],
    [20_000, 21_000],
  ]);
  assert.deepEqual(heard, [
    { startMs: 10_000, endMs: 14_000 },
    { startMs: 20_000, endMs: 21_000 },
  ]);
  assert.equal(sumSpans(heard), 5000);
});

test('given a click and no sound at all, when spans are collected, then there are none', () => {
  assert.deepEqual(spansOf(10_000, [[3000, 3200]]), []);
  assert.deepEqual(spansOf(10_000, []), []);
});

test('given speech up to the end, when spans are collected, then the last one ends with it', () => {
  assert.deepEqual(spansOf(4000, [[2000, 4000]]), [{ startMs: 2000, endMs: 4000 }]);
});

test('given thousands of remarks, when spans are collected, then a record has a few hundred that cover all of them', () => {
  const remarks = Array.from({ length: 3000 }, (_, i) => [i * 3000, i * 3000 + 1000] as const);
  const heard = spansOf(3000 * 3000, remarks);
  assert.ok(heard.length <= MAX_SPEECH_SPANS, `${heard.length}`);
  assert.equal(heard[0]?.startMs, 0);
  assert.equal(heard.at(-1)?.endMs, 2999 * 3000 + 1000);
  assert.ok(heard.every(({ startMs, endMs }, i) => startMs < endMs && startMs >= (heard[i - 1]?.endMs ?? 0)));
});
