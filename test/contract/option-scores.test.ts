import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { findAnswerBudget } from '../../server/src/adapters/models/model-budgets.ts';
import { createOpenAiAnswerer } from '../../server/src/adapters/openai/answerer.ts';
import { createTransformersAnswerer } from '../../server/src/adapters/transformers/answerer.ts';
import { ANSWER_RULES, answerPrompt } from '../../server/src/core/generation/answer-prompt.ts';
import { type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { tinyModel } from '../support/tiny-models.ts';
import { captionOf, scenes } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const question = [{ role: 'user', text: 'A or B?' }] as const;

async function scoreAt(server: OpenAiServer, replies: readonly string[]) {
  const answerer = createOpenAiAnswerer({
    baseUrl: server.baseUrl,
    model: 'm',
    keyVariable: 'NO_KEY',
    retries: 0,
    words: 100,
    tokens: 50,
  });
  try {
    return await answerer.score?.(question, replies, never);
  } finally {
    await answerer.close();
  }
}

test('given a host that tells probabilities, when replies are scored, then tokens with and without a space count', async (t) => {
  const server = await openaiServer({
    model: 'm',
    answer: () => ['B'],
    tops: () => ({ B: Math.log(0.5), ' A': Math.log(0.2), A: Math.log(0.1), The: Math.log(0.05) }),
  });
  t.after(() => server.close());
  const scores = await scoreAt(server, ['A', 'B', 'C']);
  assert.deepEqual(
    scores?.map((score) => Math.round(Math.exp(score) * 100)),
    [30, 50, 0],
  );
  const { body } = server.requests[0] ?? assert.fail();
  assert.deepEqual([body.max_tokens, body.logprobs, body.top_logprobs], [1, true, 20]);
});

test('given a host that tells no probabilities or refuses, when replies are scored, then there is no score', async (t) => {
  const server = await openaiServer({ model: 'm', answer: () => ['B'] });
  t.after(() => server.close());
  assert.equal(await scoreAt(server, ['A', 'B']), undefined);
  server.faults.push({ status: 400, body: '{"error": {"message": "logprobs is not supported"}}' });
  assert.equal(await scoreAt(server, ['A', 'B']), undefined);
});

const { model, host } = tinyModel('tiny-answerer');
const local = createTransformersAnswerer({ id: model.id, budget: findAnswerBudget(host.folder) }, host);
after(() => local.close());

const [scene] = scenes(1);
assert.ok(scene);
const evidence = [
  { role: 'system', text: ANSWER_RULES },
  {
    role: 'user',
    text: answerPrompt(
      'What colour is it?',
      [
        {
          n: 1,
          title: 'clip',
          range: { startMs: 0, endMs: 5000 },
          lines: [{ kind: 'caption', text: captionOf(scene), startMs: 0, endMs: 5000, source: 'c' }],
        },
      ],
      100,
    ),
  },
] as const;

test('given a local model, when first words are scored, then the one that it writes is the likeliest, and shares are probabilities', async () => {
  const written = await local.answer(evidence, () => undefined, never);
  const first = /^\s*(\S+)/.exec(written)?.[1] ?? assert.fail(written);
  const others = ['blue', 'triangle', 'grows'].filter((word) => word !== first);
  const scores = (await local.score?.(evidence, [first, ...others], never)) ?? assert.fail('no score');
  assert.equal(scores.indexOf(Math.max(...scores)), 0, `${written}: ${scores}`);
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  assert.ok(sum > 0.3 && sum <= 1.0001, `${sum} of ${written}`);
});

test('given a local model whose tokens do not tell letters apart, when they are scored, then there is no score', async () => {
  assert.equal(await local.score?.(evidence, ['X', 'Y', 'Z'], never), undefined);
});
