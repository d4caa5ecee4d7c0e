import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import {
  findReaderWeights,
  findVoiceWeights,
} from '../../server/src/adapters/transformers/bundled-weights.ts';
import { createOnnxTextReader } from '../../server/src/adapters/transformers/text-reader.ts';
import { createOnnxVoiceDetector } from '../../server/src/adapters/transformers/voice-detector.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { ScreenTextLine } from '../../server/src/core/media/merge-ocr-lines.ts';
import { listenToVideo } from '../../server/src/indexing/stages/voice.ts';
import type { Picture } from '../../server/src/ports/decoder.ts';
import type { TextRecogniser } from '../../server/src/ports/text-recogniser.ts';
import { VOICE_FRAME_SAMPLES, type VoiceState } from '../../server/src/ports/voice-detector.ts';
import { type Canvas, drawText } from '../support/font.ts';
import { speak } from '../support/formant-voice.ts';
import { makeMedia } from '../support/make-media.ts';
import { editor, landscape, terminal } from '../support/screen-pictures.ts';
import { tempFolder } from '../support/temp-folder.ts';

const never = new AbortController().signal;
const hostOf = (folder: string) => ({ folder, devices: ['cpu'], threads: 1, idleMs: 60_000 });

/** A fallback that counts what it is given and reads one fixed line. */
function countingFallback() {
  const given: Picture[] = [];
  const line: ScreenTextLine = {
    text: 'read by the other engine',
    confidence: 1,
    box: { left: 0, top: 0, width: 9, height: 9 },
  };
  const fallback: TextRecogniser = {
    name: 'other',
    async read(picture) {
      given.push(picture);
      return [line];
    },
    close: async () => undefined,
  };
  return { given, fallback };
}

function bundledReader(t: test.TestContext, folder = findReaderWeights()?.folder ?? '') {
  const { given, fallback } = countingFallback();
  const reader = createOnnxTextReader({ name: 'bundled', bundled: true, host: hostOf(folder), fallback });
  t.after(() => reader.close());
  const read = async (picture: Canvas, languages: readonly string[] = ['eng']) =>
    (await reader.read({ timeMs: 0, ...picture }, languages, never)).map(({ text }) => text);
  return { reader, given, read };
}

/** A restless picture with a subtitle burned in. */
function film(text: string): Canvas {
  const picture = landscape();
  for (let i = 0; i < picture.data.length; i += 1)
    picture.data[i] = ((picture.data[i] ?? 0) + ((i * 2_654_435_761) >>> 28) * 3) & 255;
  drawText(picture, text, { x: 180, y: 660, size: 44, colour: [0, 0, 0], weight: 2.6 });
  drawText(picture, text, { x: 180, y: 660, size: 44, colour: [255, 255, 255], weight: 1.1 });
  return picture;
}

test('given a subtitle burned into a film, when read, then the words are there and no other engine is asked', async (t) => {
  const { given, read, reader } = bundledReader(t);
  assert.deepEqual(await read(film('Nobody told me about the tunnel.')), [
    'Nobody told me about the tunnel.',
  ]);
  assert.equal(given.length, 0);
  const [line] = await reader.read({ timeMs: 0, ...film('The last boat') }, ['eng'], never);
  assert.ok(line);
  const { left, top, width, height } = line.box;
  assert.ok(left > 150 && left < 190 && top > 610 && top < 650, JSON.stringify(line.box));
  assert.ok(width > 200 && height > 30 && height < 80);
  assert.ok(line.confidence > 0.8 && line.confidence <= 1);
});

test('given a picture without text, when read, then nothing is read and no other engine is asked', async (t) => {
  const { given, read } = bundledReader(t);
  assert.deepEqual(await read(landscape()), []);
  assert.equal(given.length, 0);
});

test('given a grey picture, when read, then it is read as a coloured one is', async (t) => {
  const { read } = bundledReader(t);
  const picture = film('The last boat leaves at noon.');
  const data = picture.data.filter((_, i) => i % 3 === 1);
  assert.deepEqual(await read({ ...picture, data }), ['The last boat leaves at noon.']);
});

test('given more than eight lines, when read, then the other engine reads the picture', async (t) => {
  const { given, read } = bundledReader(t);
  const { picture } = terminal();
  for (let i = 0; i < 14; i += 1)
    drawText(picture, `line ${i} of a long listing`, {
      x: 20,
      y: 180 + i * 36,
      size: 22,
      colour: [220, 220, 220],
      mono: true,
    });
  assert.deepEqual(await read(picture), ['read by the other engine']);
  assert.equal(given.length, 1);
});

test('given a language with letters that the model lacks, when read, then the other engine reads first', async (t) => {
  const { given, read } = bundledReader(t);
  assert.deepEqual(await read(film('The last boat'), ['eng', 'rus']), ['read by the other engine']);
  assert.equal(given.length, 1);
});

test('given weights that cannot be loaded, when read, then the other engine reads, and a chosen folder is named', async (t) => {
  const empty = join(tempFolder(), 'empty');
  mkdirSync(empty);
  const { read, given } = bundledReader(t, empty);
  assert.deepEqual(await read(editor().picture), ['read by the other engine']);
  assert.equal(given.length, 1);
  const { fallback } = countingFallback();
  const chosen = createOnnxTextReader({ name: 'mine', bundled: false, host: hostOf(empty), fallback });
  t.after(() => chosen.close());
  await assert.rejects(chosen.read({ timeMs: 0, ...editor().picture }, ['eng'], never), (error: unknown) => {
    assert.ok(error instanceof ModelUnavailableError);
    assert.ok(error.message.includes(empty), error.message);
    assert.match(error.remedy, /models\.reader/);
    return true;
  });
});

test('given a signal, when reading is aborted, then it rejects with the reason and reads on', async (t) => {
  const { reader, read } = bundledReader(t);
  const reason = new Error('not now');
  const picture = { timeMs: 0, ...film('The last boat') };
  await assert.rejects(reader.read(picture, ['eng'], AbortSignal.abort(reason)), reason);
  const abort = new AbortController();
  const reading = reader.read(picture, ['eng'], abort.signal);
  abort.abort(reason);
  await assert.rejects(reading, reason);
  assert.deepEqual(await read(film('The last boat')), ['The last boat']);
});

const SENTENCE = 'G UH D | M AO R N IH NG | DH IH S | IH Z | HH AA R B ER | R EY D IY OW';

/** Sound of `seconds` with a voice at 3 s over a background. */
function soundOf(seconds: number, background: (i: number) => number, loudness: number): Float32Array {
  const sound = Float32Array.from({ length: Math.floor((seconds * 16_000) / 512) * 512 }, (_, i) =>
    background(i),
  );
  speak(SENTENCE).forEach((sample, i) => {
    sound[48_000 + i] = (sound[48_000 + i] ?? 0) + loudness * sample;
  });
  return sound;
}

/** Equal noise at every run, of standard deviation 1 / sqrt(3). */
function noise(): number {
  noiseState = (Math.imul(noiseState, 1_103_515_245) + 12_345) >>> 0;
  return noiseState / 2 ** 31 - 1;
}
let noiseState = 7;
const beat = (i: number) => {
  const time = i / 16_000;
  return 0.2 * Math.exp(-(time % 0.5) * 6) * Math.sin(2 * Math.PI * 220 * time);
};

function voiceDetector(t: test.TestContext, folder = findVoiceWeights()?.folder ?? '') {
  const detector = createOnnxVoiceDetector('silero', hostOf(folder));
  t.after(() => detector.close());
  return detector;
}

test('given a voice over music, noise and silence, when judged, then its seconds and hardly any others are voice', async (t) => {
  const detector = voiceDetector(t);
  const backgrounds = { silence: () => 0, music: beat, noise: () => 0.02 * noise() };
  for (const [name, background] of Object.entries(backgrounds)) {
    const { probabilities } = await detector.judge(soundOf(10, background, 0.8), undefined, never);
    assert.equal(probabilities.length, Math.floor((10 * 16_000) / VOICE_FRAME_SAMPLES));
    const share = (fromS: number, toS: number) => {
      const frames = probabilities.slice(Math.round(fromS / 0.032), Math.round(toS / 0.032));
      return frames.filter((probability) => probability >= 0.5).length / frames.length;
    };
    assert.ok(share(3.2, 5.5) > 0.9, `${name} ${share(3.2, 5.5)}`);
    assert.ok(share(0, 2.8) < 0.05 && share(7, 10) < 0.05, name);
  }
});

test('given sound in two calls, when the state is passed on, then the probabilities are those of one call', async (t) => {
  const detector = voiceDetector(t);
  const sound = soundOf(8, beat, 0.6);
  const whole = await detector.judge(sound, undefined, never);
  const joined: number[] = [];
  let state: VoiceState | undefined;
  for (const [from, to] of [
    [0, 100],
    [100, 250],
  ] as const) {
    const part = sound.slice(from * VOICE_FRAME_SAMPLES, to * VOICE_FRAME_SAMPLES);
    const reply = await detector.judge(part, state, never);
    joined.push(...reply.probabilities);
    state = reply.state;
  }
  for (const [i, probability] of joined.entries())
    assert.ok(Math.abs(probability - (whole.probabilities[i] ?? 0)) < 1e-5, `${i}`);
});

test('given a file with a voice over music, when it is listened to, then its speech span is found, and music alone has none', async (t) => {
  const deps = {
    decoder: createNodeAvDecoder(),
    voiceDetector: voiceDetector(t),
    turn: async () => undefined,
  };
  const listen = async (sound: Float32Array) => {
    const path = join(tempFolder(), 'sound.mp4');
    const seconds = sound.length / 16_000;
    await makeMedia(path, { seconds, audio: { sample: (time) => sound[Math.floor(time * 16_000)] ?? 0 } });
    const probe = { container: 'mp4', durationMs: seconds * 1000, streams: [], chapters: [] };
    const video = { uri: pathToFileURL(path).href, probe, audioTracks: [0] };
    return await listenToVideo(video, deps, () => undefined, never);
  };
  const { speech } = await listen(soundOf(10, beat, 0.8));
  assert.equal(speech.length, 1);
  const [{ startMs, endMs } = { startMs: 0, endMs: 0 }] = speech;
  assert.ok(startMs > 2500 && startMs < 3400, `${startMs}`);
  assert.ok(endMs > 5400 && endMs < 7100, `${endMs}`);
  assert.deepEqual(await listen(soundOf(10, beat, 0)), { speech: [], track: undefined });
});

test('given a folder without the model, when judged, then the error names the folder and the setting', async (t) => {
  const folder = tempFolder();
  const detector = voiceDetector(t, folder);
  await assert.rejects(detector.judge(new Float32Array(512), undefined, never), (error: unknown) => {
    assert.ok(error instanceof ModelUnavailableError);
    assert.ok(error.message.includes(folder), error.message);
    assert.match(error.remedy, /models\.voiceDetector/);
    return true;
  });
});
