import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createNodeAvDecoder } from '../../server/src/adapters/libav/node-av-decoder.ts';
import { createTransformersTranscriber } from '../../server/src/adapters/transformers/transcriber.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import { transcribeVideo } from '../../server/src/indexing/stages/transcribe.ts';
import { fill, makeMedia } from '../support/make-media.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { GERMAN, type Said, sampled, secondsOf, VOCABULARY, whistled } from '../support/tone-speech.ts';

const never = new AbortController().signal;
const { model, host } = tinyModel('tiny-whisper');
const transcriber = createTransformersTranscriber(model, host);
after(() => transcriber.close());
const folder = tempFolder();
const decoder = createNodeAvDecoder();

/** Sentences that go through all words of a language in ever other order, a pause after each. */
function sentences(words: readonly string[], count: number, fromMs = 1000): readonly Said[] {
  let atMs = fromMs;
  return Array.from({ length: count }, (_, i) => {
    const text = Array.from(
      { length: 2 + (i % 6) },
      (_, k) => words[(i * 7 + k * (3 + 2 * (i % 4))) % 20],
    ).join(' ');
    const startMs = atMs;
    atMs += Math.round(secondsOf(text) * 1000) + 700 + (i % 5) * 400;
    return { startMs, text };
  });
}

/** What is written down of a video in which this is whistled. */
async function heard(name: string, seconds: number, sample: (time: number) => number) {
  const path = join(folder, name);
  await makeMedia(path, {
    seconds,
    video: { width: 64, height: 64, fps: 5, draw: (canvas) => fill(canvas, [30, 60, 120]) },
    audio: { sample },
  });
  const uri = pathToFileURL(path).href;
  const probe = await decoder.probe(uri, never);
  const clips = [{ startMs: 0, endMs: seconds * 1000 }];
  const { descriptions, failure } = await transcribeVideo(
    { videoId: 'v1', uri, probe, clips },
    { decoder, transcriber, turn: async () => undefined },
    'test',
    () => undefined,
    never,
  );
  assert.equal(failure, undefined);
  return descriptions.flatMap(({ lines }) => lines);
}

/** Words that were said and not heard at their place, and the sentences whose start is off by more than 150 ms. */
function wrong(said: readonly Said[], lines: readonly Line[]) {
  const told = lines
    .map(({ text }) => text)
    .join(' ')
    .split(' ');
  const words = said
    .map(({ text }) => text)
    .join(' ')
    .split(' ');
  const missed = words.filter((word, i) => told[i] !== word);
  const late = said.filter(({ startMs }) => !lines.some((line) => Math.abs(line.startMs - startMs) <= 150));
  return { missed: missed.length, late: late.length, words: words.length, extra: told.length - words.length };
}

for (const [language, words] of [
  ['en', VOCABULARY],
  ['de', GERMAN],
] as const) {
  test(`given whistled ${language} in an encoded video, when transcribed, then words, times and language are right`, async () => {
    const said = sentences(words, 30);
    const last = said.at(-1);
    const seconds = Math.ceil((last?.startMs ?? 0) / 1000 + secondsOf(last?.text ?? '') + 1);
    const lines = await heard(`${language}.mp4`, seconds, whistled(said));
    const { missed, late, words: count, extra } = wrong(said, lines);
    assert.ok(missed <= count * 0.05 && extra === 0, `${missed} of ${count} words, ${extra} more`);
    assert.ok(late <= 1, `${late} of ${said.length} sentences`);
    for (const line of lines) assert.equal(line.language, language);
  });
}

test('given silence, noise, hum and held notes, when transcribed with and without voice detection, then there is no text', async () => {
  const sounds: readonly ((time: number) => number)[] = [
    () => 0,
    (time) => 0.2 * (Math.sin(time * 1e7) + Math.sin(time * time * 1e6)),
    (time) => 0.3 * Math.sin(2 * Math.PI * 100 * time),
    (time) => 0.3 * Math.sin(2 * Math.PI * 440 * 2 ** (Math.floor(time / 1.5) / 12) * time),
  ];
  for (const [i, sound] of sounds.entries()) {
    assert.deepEqual(await heard(`none-${i}.mp4`, 8, sound), []);
    const reply = await transcriber.transcribe({ samples: sampled(8, sound) }, never);
    assert.ok('segments' in reply);
    assert.equal(reply.segments.map(({ text }) => text).join(''), '', `sound ${i}`);
  }
});

test('given noisy and quiet speech up to the end, when transcribed, then every sentence is there', async () => {
  const said = sentences(VOCABULARY, 5, 0);
  const whistle = whistled(said);
  const hiss = (time: number) => 0.004 * (Math.sin(time * 1e7) + Math.sin(time * time * 1e6));
  const seconds = (said[4]?.startMs ?? 0) / 1000 + secondsOf(said[4]?.text ?? '') + 0.1;
  for (const [name, sample] of [
    ['noisy', (time: number) => whistle(time) + hiss(time)],
    ['quiet', whistled(said, 0.1)],
  ] as const) {
    const reply = await transcriber.transcribe({ samples: sampled(seconds, sample) }, never);
    assert.ok('segments' in reply);
    const told = reply.segments.map(({ text }) => text.trim());
    assert.deepEqual(
      told,
      said.map(({ text }) => text),
      name,
    );
  }
});

test('given audio of more than 30 s, when transcribed, then it is refused', async () => {
  const reply = await transcriber.transcribe({ samples: new Float32Array(31 * 16_000) }, never);
  assert.ok('failure' in reply);
  assert.match(reply.failure.reason, /up to 30 s of sound, not 31 s/);
});
