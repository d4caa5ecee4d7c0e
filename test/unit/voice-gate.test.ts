import assert from 'node:assert/strict';
import test from 'node:test';
import { ChildError } from '../../server/src/base/child-error.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { type AudioFrame, createFrameSplitter } from '../../server/src/core/media/audio-frames.ts';
import { LEVEL_FRAME_SAMPLES } from '../../server/src/core/media/voice-activity.ts';
import { openVoiceGate } from '../../server/src/indexing/voice-gate.ts';
import {
  VOICE_FRAME_SAMPLES,
  type VoiceDetector,
  type VoiceState,
} from '../../server/src/ports/voice-detector.ts';

const never = new AbortController().signal;
const HEALTH = { device: 'cpu', steps: [] };

/** A detector that takes loud frames for voice, and counts in its state how many frames it has judged. */
function loudDetector(more: Partial<VoiceDetector> = {}) {
  const states: (number | undefined)[] = [];
  const detector: VoiceDetector = {
    name: 'loud',
    loaded: HEALTH,
    async judge(samples, state) {
      states.push(state?.memory[0]);
      const count = samples.length / VOICE_FRAME_SAMPLES;
      const probabilities = Float32Array.from({ length: count }, (_, i) =>
        (samples[i * VOICE_FRAME_SAMPLES] ?? 0) > 0.3 ? 0.9 : 0.1,
      );
      const next: VoiceState = {
        memory: Float32Array.of((state?.memory[0] ?? 0) + count),
        context: new Float32Array(0),
      };
      return { probabilities, state: next };
    },
    health: async () => HEALTH,
    close: async () => undefined,
    ...more,
  };
  return { detector, states };
}

const framesOf = (count: number, isLoud: (i: number) => boolean, gaps: readonly number[] = [0]) =>
  Array.from(
    { length: count },
    (_, i): AudioFrame => ({
      startMs: i * 32,
      samples: new Float32Array(VOICE_FRAME_SAMPLES).fill(isLoud(i) ? 0.5 : 0),
      afterGap: gaps.includes(i),
    }),
  );

test('given blocks with a gap, when split into frames, then times follow the track and the rest is silence', () => {
  const splitter = createFrameSplitter(512);
  const first = splitter.add(1000, new Float32Array(1200).fill(0.5));
  assert.deepEqual(
    first.map(({ startMs, afterGap }) => [startMs, afterGap]),
    [
      [1000, true],
      [1032, false],
    ],
  );
  const second = splitter.add(5000, new Float32Array(512).fill(Number.NaN));
  assert.deepEqual(
    second.map(({ startMs, afterGap }) => [startMs, afterGap]),
    [
      [1064, false],
      [5000, true],
    ],
  );
  assert.equal(second[0]?.samples[200], 0, 'padded');
  assert.ok(second[1]?.samples.every((sample) => sample === 0));
  assert.deepEqual(splitter.finish(), []);
});

test('given a detector, when frames are judged, then its state is passed on and starts again after a gap', async () => {
  const { detector, states } = loudDetector();
  const gate = await openVoiceGate(detector, never);
  assert.equal(gate.frameSamples, VOICE_FRAME_SAMPLES);
  const frames = framesOf(900, (i) => i >= 400 && i < 500, [0, 700]);
  const judged = [...(await gate.add(frames.slice(0, 350))), ...(await gate.add(frames.slice(350)))];
  judged.push(...(await gate.finish()));
  assert.deepEqual(
    judged.map(({ startMs }) => startMs),
    frames.map(({ startMs }) => startMs),
  );
  assert.deepEqual(
    judged.flatMap(({ voice }, i) => (voice ? [i] : [])),
    Array.from({ length: 100 }, (_, i) => 400 + i),
  );
  assert.deepEqual(states, [undefined, 312, 624, undefined]);
});

test('given a detector that crashes on a sound, when judged, then that sound counts as voice', async () => {
  const { detector } = loudDetector({
    judge: () => Promise.reject(new ChildError('crashed', 'The inference process was ended by SIGKILL')),
  });
  const gate = await openVoiceGate(detector, never);
  await gate.add(framesOf(10, () => false));
  assert.ok((await gate.finish()).every(({ voice }) => voice));
});

test('given a detector that cannot load, or none, when opened, then the levels decide', async () => {
  const unavailable = loudDetector({
    health: () => Promise.reject(new ModelUnavailableError('no weights', 'reinstall')),
  });
  for (const detector of [unavailable.detector, undefined]) {
    const gate = await openVoiceGate(detector, never);
    assert.equal(gate.frameSamples, LEVEL_FRAME_SAMPLES);
    const frames = framesOf(60, () => true).map((frame) => ({
      ...frame,
      samples: frame.samples.subarray(0, LEVEL_FRAME_SAMPLES),
    }));
    const judged = [...(await gate.add(frames)), ...(await gate.finish())];
    assert.equal(judged.length, 60);
    assert.ok(
      judged.every(({ voice }) => !voice),
      'an even sound is no voice',
    );
  }
});

test('given an aborted signal, when judged, then its reason is thrown', async () => {
  const reason = new Error('stop');
  const { detector } = loudDetector({ judge: () => Promise.reject(reason) });
  const gate = await openVoiceGate(detector, never);
  await gate.add(framesOf(3, () => true));
  await assert.rejects(gate.finish(), reason);
});
