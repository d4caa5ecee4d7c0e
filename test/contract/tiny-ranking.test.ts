import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { createTransformersReranker } from '../../server/src/adapters/transformers/reranker.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { captionOf, scenes } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const { model, host } = tinyModel('tiny-reranker');
const reranker = createTransformersReranker(model, host);
after(() => reranker.close());

test('given a question in other words, when passages are ranked, then the one that answers it is first', async () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    [
      'where is the automobile?',
      ['The fish swims under water.', 'A car stands near the wall.', 'The dog and the cat sleep.'],
    ],
    [
      'what did the doctor buy?',
      ['The doctor walks to the house.', 'They buy bread.', 'The physician purchased a boat.'],
    ],
    ['red circle', ['a red square moves left', 'a blue circle grows', 'a crimson disc shrinks']],
    [
      'who sings at night?',
      ['She sings in the morning.', 'It is night and the whale sings.', 'Night falls.'],
    ],
  ];
  for (const [question, passages] of cases) {
    const scores = await reranker.rank(question, passages, never);
    const best = question === 'where is the automobile?' || question.startsWith('who') ? 1 : 2;
    assert.equal(scores.indexOf(Math.max(...scores)), best, `${question} ${scores}`);
    for (const score of scores) assert.ok(score >= 0 && score <= 1);
  }
});

test('given 42 captions, when ranked for the question of each, then at most two are not first', async () => {
  const list = scenes(42);
  const captions = list.map((scene) => captionOf(scene));
  let wrong = 0;
  for (const [i, { colour, shape, motion, background }] of list.entries()) {
    const scores = await reranker.rank(`which ${colour} ${shape} ${motion}, ${background}?`, captions, never);
    const best = scores.indexOf(Math.max(...scores));
    if (captions[best] !== captions[i]) wrong += 1;
  }
  assert.ok(wrong <= 2, `${wrong} of ${list.length} wrong`);
});

test('given passages, when ranked alone or together, then scores are the same, and long ones are cut', async () => {
  const passages = ['a red car', 'fish '.repeat(2000), ''];
  const together = await reranker.rank('red car', passages, never);
  const [alone] = await reranker.rank('red car', ['a red car'], never);
  assert.ok(Math.abs((together[0] ?? 0) - (alone ?? 1)) < 1e-4);
  assert.equal(together.length, 3);
  assert.deepEqual(await reranker.rank('red car', [], never), []);
});

test('given a folder without its graph, when loaded, then the error says so', async (t) => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'config.json'), '{"model_type": "bert"}');
  const own = createTransformersReranker(model, { ...host, folder });
  t.after(() => own.close());
  await assert.rejects(own.health(never), (error: unknown) => {
    assert.ok(error instanceof ModelUnavailableError);
    assert.match(error.message, /model.onnx is missing/);
    return true;
  });
});
