import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { createOnnxDiariser } from '../../server/src/adapters/transformers/diariser.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { comparePrints } from '../../server/src/core/speakers/voice-track.ts';
import { HIGH_VOICE, LOW_VOICE, speakTurns } from '../support/made-up-voices.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TINY_VOICES = fileURLToPath(new URL('../../models/tiny-voices/model', import.meta.url));
const { signal } = new AbortController();

function open(t: test.TestContext, folder: string) {
  const options = { folder, devices: ['cpu'], threads: 1, idleMs: 60_000 };
  const diariser = createOnnxDiariser({ id: 'tiny', revision: 'test' }, options);
  t.after(() => diariser.close());
  return diariser;
}

const sound = (seconds: number) => {
  const sample = speakTurns([
    { voice: LOW_VOICE, start: 0, end: 4 },
    { voice: HIGH_VOICE, start: 5, end: 9 },
  ]);
  return Float32Array.from({ length: seconds * 16_000 }, (_, i) => sample(i / 16_000));
};

test('given an embedder in GE2E’s layout, when it hears two voices, then parts of speech are near their own voice', async (t) => {
  const diariser = open(t, join(TINY_VOICES, 'embedding'));
  assert.equal(diariser.detectsSpeech, false);
  const speech = [
    { startMs: 0, endMs: 4000 },
    { startMs: 5000, endMs: 9000 },
    { startMs: 9500, endMs: 9600 },
  ];
  const { windows } = await diariser.hear({ samples: sound(10), speech }, signal);
  const parts = windows.map(({ startMs, endMs, tracks }) => ({ startMs, endMs, print: tracks[0]?.print }));
  assert.deepEqual(
    parts.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 1600],
      [800, 2400],
      [1600, 3200],
      [2400, 4000],
      [5000, 6600],
      [5800, 7400],
      [6600, 8200],
      [7400, 9000],
    ],
    'what is shorter than 0.25 s describes nobody',
  );
  const [first, , , last, other] = parts.map(({ print }) => print);
  assert.ok(first && last && other);
  assert.ok(comparePrints(first, last) > 0.9);
  assert.ok(comparePrints(first, other) < 0.5);
});

test('given pyannote’s layout with random weights, when it hears sound, then tracks lie in the window, and a short window is filled up', async (t) => {
  const diariser = open(t, TINY_VOICES);
  assert.equal(diariser.detectsSpeech, true);
  for (const seconds of [10, 3]) {
    const { windows } = await diariser.hear({ samples: sound(seconds), speech: [] }, signal);
    const [window] = windows;
    assert.ok(window && windows.length === 1);
    assert.equal(window.endMs, seconds * 1000);
    assert.ok(window.tracks.length > 0);
    for (const { ranges, cleanMs } of window.tracks) {
      assert.ok(
        ranges.every(({ startMs, endMs }) => startMs >= 0 && startMs < endMs && endMs <= seconds * 1000),
      );
      assert.ok(cleanMs >= 0);
    }
  }
});

test('given a folder of other graphs, when it is loaded, then the error names the folder or graph and the remedy', async (t) => {
  const empty = tempFolder();
  const reject = async (folder: string, pattern: RegExp) => {
    const diariser = open(t, folder);
    await assert.rejects(diariser.health(signal), (error) => {
      assert.ok(error instanceof ModelUnavailableError);
      assert.match(`${error.message} ${error.remedy}`, pattern);
      return true;
    });
  };
  await reject(empty, /has no graph that describes voices.*GE2E, WeSpeaker/s);
  const mixed = join(tempFolder(), 'mixed');
  mkdirSync(mixed);
  // A segmentation under a name that says nothing is taken for an embedder.
  cpSync(join(TINY_VOICES, 'segmentation/onnx/model.onnx'), join(mixed, 'model.onnx'));
  await reject(mixed, /neither 40 bands .* nor 80 bands/);
  const broken = join(tempFolder(), 'broken');
  mkdirSync(broken);
  writeFileSync(join(broken, 'model.onnx'), 'no graph');
  await reject(broken, /broken/);
});

test('given goldfish.json, when a folder is loaded, then its threshold counts', async (t) => {
  const folder = join(tempFolder(), 'voices');
  cpSync(join(TINY_VOICES, 'embedding'), folder, { recursive: true });
  const hear = async () =>
    (await open(t, folder).hear({ samples: sound(1), speech: [] }, signal)).minSimilarity;
  const usual = await hear();
  writeFileSync(join(folder, 'goldfish.json'), '{"minSimilarity": 0.42}');
  assert.equal(await hear(), 0.42);
  writeFileSync(join(folder, 'goldfish.json'), '{"minSimilarity": 7}');
  assert.equal(await hear(), usual);
});
