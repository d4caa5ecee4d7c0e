import assert from 'node:assert/strict';
import test from 'node:test';
import { createFrameSplitter } from '../../server/src/core/media/audio-frames.ts';
import { createSpeechChunker, type SpeechChunk } from '../../server/src/core/media/speech-chunker.ts';
import { createLevelGate, LEVEL_FRAME_SAMPLES } from '../../server/src/core/media/voice-activity.ts';
import { sampled, whistled } from '../support/tone-speech.ts';

/** Splits sound into chunks of what the levels let through, as a video without a voice detector is. */
function createLevelChunks() {
  const splitter = createFrameSplitter(LEVEL_FRAME_SAMPLES);
  const gate = createLevelGate();
  const chunker = createSpeechChunker(LEVEL_FRAME_SAMPLES);
  return {
    add: (timeMs: number, samples: Float32Array) => chunker.add(gate.add(splitter.add(timeMs, samples))),
    finish: () => [
      ...chunker.add(gate.add(splitter.finish())),
      ...chunker.add(gate.finish()),
      ...chunker.finish(),
    ],
  };
}

/** Chunks of a sound, given in blocks of 100 ms as decoders do. */
function chunksOf(samples: Float32Array, startMs = 0): readonly SpeechChunk[] {
  const chunks = createLevelChunks();
  const found: SpeechChunk[] = [];
  for (let at = 0; at < samples.length; at += 1600) {
    found.push(...chunks.add(startMs + at / 16, samples.subarray(at, at + 1600)));
  }
  return [...found, ...chunks.finish()];
}

/** Equal numbers in -1..1 at every run. */
function randoms(): () => number {
  let state = 12_345;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const ranges = (chunks: readonly SpeechChunk[]) => chunks.map(({ startMs, endMs }) => [startMs, endMs]);
const silence = () => 0;
/** Something like speech: four syllables a second on a pitch with overtones. */
const voice = (time: number) => {
  const pitch = 2 * Math.PI * (180 + 40 * Math.sin(time)) * time;
  const sound = Math.sin(pitch) + 0.6 * Math.sin(4 * pitch) + 0.3 * Math.sin(9 * pitch);
  return 0.12 * Math.max(0, Math.sin(2 * Math.PI * 4 * time)) * sound;
};

test('given silence, hiss, rumble, hum and chords, then there is no speech', () => {
  const random = randoms();
  let brown = 0;
  const rumble = () => {
    brown = 0.99 * brown + 0.01 * random();
    return brown;
  };
  const hum = (time: number) => 0.3 * Math.sin(2 * Math.PI * 50 * time) + 0.001 * random();
  const chord = (time: number) =>
    [220, 277.2, 329.6].reduce((sum, hertz) => sum + 0.2 * Math.sin(2 * Math.PI * hertz * time), 0);
  /** A tune whose notes follow without a pause. */
  const tune = (time: number) =>
    0.3 * Math.sin(2 * Math.PI * 330 * 2 ** ((Math.floor(time * 2) % 5) / 12) * time);
  const sounds = {
    silence,
    'faint dither': () => random() / 32_768,
    hiss: () => 0.1 * random(),
    'loud hiss': () => 0.9 * random(),
    rumble,
    hum,
    chord,
    tune,
    'not a number': () => Number.NaN,
  };
  for (const [name, sound] of Object.entries(sounds))
    assert.deepEqual(ranges(chunksOf(sampled(20, sound))), [], name);
});

test('given noise that starts and stops, and clicks, then there is no speech', () => {
  const random = randoms();
  const between = (time: number) => (time > 5 && time < 15 ? 0.3 * random() : 0);
  const clicks = (time: number) => (time % 3 < 0.03 ? 0.8 : 0);
  assert.deepEqual(ranges(chunksOf(sampled(20, between))), []);
  assert.deepEqual(ranges(chunksOf(sampled(20, clicks))), []);
});

test('given speech over silence, hiss or a chord, then one chunk is found around it', () => {
  const random = randoms();
  const spoken = (time: number) => (time >= 4 && time < 9 ? voice(time) : 0);
  const backgrounds = {
    silence,
    hiss: () => 0.01 * random(),
    chord: (time: number) => 0.02 * Math.sin(2 * Math.PI * 220 * time),
  };
  for (const [name, background] of Object.entries(backgrounds)) {
    const found = chunksOf(sampled(20, (time) => spoken(time) + background(time)));
    assert.equal(found.length, 1, `${name} ${ranges(found)}`);
    const [chunk] = found;
    assert.ok(chunk);
    const { startMs, endMs } = chunk;
    assert.ok(startMs > 3500 && startMs <= 4000 && endMs >= 9000 && endMs < 9500, `${name} ${ranges(found)}`);
    assert.equal(chunk.samples.length, (chunk.endMs - chunk.startMs) * 16);
    assert.ok(
      chunk.voicedRanges.every(({ startMs, endMs }) => startMs >= chunk.startMs && endMs <= chunk.endMs),
    );
  }
});

test('given one short word in silence, then it is a chunk', () => {
  const found = chunksOf(sampled(10, whistled([{ startMs: 5000, text: 'whale' }])));
  assert.deepEqual(ranges(found), [[4700, 5700]]);
});

test('given a pause of 3 s, then there are two chunks; given one of 1 s, then there is one', () => {
  const said = (pause: number) => (time: number) =>
    time < 5 || (time >= 5 + pause && time < 10 + pause) ? voice(time) : 0;
  assert.equal(chunksOf(sampled(16, said(1))).length, 1);
  assert.equal(chunksOf(sampled(16, said(3))).length, 2);
});

test('given 70 s of speech with pauses, then chunks last at most 30 s, split at the pauses, and no sample is lost', () => {
  const pauses = [27, 52];
  const spoken = (time: number) => (pauses.some((at) => Math.abs(time - at) < 0.3) ? 0 : voice(time));
  const samples = sampled(70, spoken);
  const found = chunksOf(samples);
  assert.equal(found.length, 3);
  for (const [i, { startMs, endMs }] of found.entries()) {
    assert.ok(endMs - startMs <= 30_000);
    const at = pauses[i];
    if (at !== undefined)
      assert.ok(Math.abs((found[i + 1]?.startMs ?? 0) - at * 1000) <= 300, `${ranges(found)}`);
  }
  const whole = new Float32Array(samples.length);
  for (const chunk of found) whole.set(chunk.samples, chunk.startMs * 16);
  const heard = (of: Float32Array) => of.filter((sample) => Math.abs(sample) > 0.05).length;
  assert.equal(heard(whole), heard(samples));
});

test('given 65 s of speech without a pause, then chunks last at most 30 s', () => {
  const found = chunksOf(sampled(65, voice));
  assert.equal(found.length, 3);
  assert.ok(found.every(({ startMs, endMs }) => endMs - startMs <= 30_000));
});

test('given a gap of hours in the audio, then times are right after it', () => {
  const said = sampled(3, whistled([{ startMs: 500, text: 'red fox' }]));
  const chunks = createLevelChunks();
  const hours = 10 * 3_600_000;
  const found = [...chunks.add(2000, said), ...chunks.add(hours, said), ...chunks.finish()];
  assert.deepEqual(
    found.map(({ startMs }) => startMs),
    [2200, hours + 200],
  );
});
