import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { createTransformersTextEmbedder } from '../../server/src/adapters/transformers/text-embedder.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { likeness, tinyModel } from '../support/tiny-models.ts';
import { captionOf, scenes } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const { model, host } = tinyModel('tiny-embedder');
const embedder = createTransformersTextEmbedder(model, host);
after(() => embedder.close());

/** The place of the passage nearest to each question. */
async function nearest(questions: readonly string[], passages: readonly string[]) {
  const asked = await embedder.embed(questions, 'query', never);
  const told = await embedder.embed(passages, 'passage', never);
  return asked.map((question) => {
    const likenesses = told.map((passage) => likeness(question, passage));
    return likenesses.indexOf(Math.max(...likenesses));
  });
}

test('given questions in other words or languages, when embedded, then the passage with the same meaning is nearest', async () => {
  const passages = [
    'She parks her car near the old house.',
    'A fish swims in the cold sea.',
    'The doctor gives the sick child a pill.',
    'They cut the budget at the meeting.',
    'Snow falls on the mountain at night.',
    'He bakes a loaf in the morning.',
  ];
  const questions = [
    'automobile beside an ancient building',
    'salmon in chilly water',
    'what did the physician do about the unwell kid?',
    'finance session',
    'Schnee auf dem Berg',
    'pain le matin',
  ];
  assert.deepEqual(await nearest(questions, passages), [0, 1, 2, 3, 4, 5]);
});

test('given queries of synonyms only, when embedded, then their captions are nearest', async () => {
  const others: Readonly<Record<string, string>> = {
    red: 'crimson',
    green: 'emerald',
    blue: 'azure',
    yellow: 'golden',
    purple: 'violet',
    orange: 'amber',
    white: 'ivory',
    cyan: 'turquoise',
    circle: 'disc',
    square: 'box',
    triangle: 'pyramid',
    'moves left': 'drifts leftwards',
    'moves right': 'drifts rightwards',
    'moves up': 'climbs',
    'moves down': 'sinks',
    'stays still': 'rests motionless',
    grows: 'expands',
    shrinks: 'dwindles',
  };
  const list = scenes(42);
  const found = await nearest(
    list.map(({ colour, shape, motion, background }) => {
      const words = [colour, shape, motion].map((word) => others[word] ?? word);
      return `${words.join(' ')} in front of ${background}`;
    }),
    list.map((scene) => captionOf(scene)),
  );
  const captions = list.map((scene) => captionOf(scene));
  const right = found.filter((at, i) => captions[at] === captions[i]);
  assert.ok(right.length >= 40, `${right.length} of 42`);
});

test('given texts of any length, when embedded together or alone, then the unit vectors are the same', async () => {
  const texts = [
    'a red circle',
    'x',
    '',
    'a much longer text about the history of a war between two kings',
    'zebra',
  ];
  const together = await embedder.embed(texts, 'passage', never);
  for (const [i, text] of texts.entries()) {
    const [alone] = await embedder.embed([text], 'passage', never);
    assert.ok(alone && together[i]);
    assert.ok(Math.abs(likeness(alone, alone) - 1) < 1e-4);
    assert.ok(likeness(alone, together[i]) > 0.9999, text);
  }
});

test('given a text longer than the context, when embedded, then it is cut', async () => {
  const [long] = await embedder.embed(['a whale '.repeat(5000)], 'passage', never);
  assert.equal(long?.length, 96);
});

/** A copy of the model to be changed. */
function copy(t: test.TestContext): string {
  const folder = join(tempFolder(), 'copy');
  cpSync(host.folder, folder, { recursive: true });
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('given pooling and prefixes in the files of a model, when embedding, then they are used', async (t) => {
  const folder = copy(t);
  writeFileSync(join(folder, '1_Pooling/config.json'), '{"pooling_mode_cls_token": true}');
  writeFileSync(join(folder, 'goldfish.json'), '{"query": "fish: "}');
  const own = createTransformersTextEmbedder(model, { ...host, folder });
  t.after(() => own.close());
  const text = 'a red car near a house';
  const [mean] = await embedder.embed([text], 'passage', never);
  const [first, named] = await own.embed([text, `fish: ${text}`], 'passage', never);
  const [asked] = await own.embed([text], 'query', never);
  assert.ok(mean && first && named && asked);
  assert.ok(likeness(mean, first) < 0.999);
  assert.ok(likeness(first, asked) < 0.999);
  assert.ok(likeness(named, asked) > 0.9999);
});

test('given a truncated model or one whose output is constant, when loaded, then the error says which', async (t) => {
  const check = async (folder: string, message: RegExp) => {
    const own = createTransformersTextEmbedder(model, { ...host, folder });
    t.after(() => own.close());
    await assert.rejects(own.health(never), (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError, String(error));
      assert.match(error.message, message);
      assert.ok(error.remedy);
      return true;
    });
  };
  const cut = copy(t);
  truncateSync(join(cut, 'onnx/model.onnx'), 100_000);
  await check(cut, /cannot be loaded/);
  const flat = copy(t);
  const path = join(flat, 'onnx/model.onnx');
  const bytes = readFileSync(path);
  // The scale of the last norm: raw data (protobuf field 9) of 96 floats. Zeros make every token's vector the same.
  const name = Buffer.concat([Buffer.from('last.weight'), Buffer.from([0x4a, 0x80, 0x03])]);
  const at = bytes.indexOf(name) + name.length;
  assert.ok(at >= name.length);
  bytes.fill(0, at, at + 96 * 4);
  writeFileSync(path, bytes);
  await check(flat, /the same output for different/);
});

test('given an aborted call, then it rejects with the reason and the next one is answered', async () => {
  const reason = new Error('no longer wanted');
  await assert.rejects(embedder.embed(['a'], 'query', AbortSignal.abort(reason)), reason);
  const stop = new AbortController();
  const pending = embedder.embed(
    Array.from({ length: 200 }, (_, i) => `text ${i}`),
    'passage',
    stop.signal,
  );
  stop.abort(reason);
  await assert.rejects(pending, reason);
  assert.equal((await embedder.embed(['a', 'b'], 'query', never)).length, 2);
});
