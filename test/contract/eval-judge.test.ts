import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { createOpenAiJudge } from '../../server/src/adapters/openai/judge.ts';
import type { EvalPrediction } from '../../server/src/evaluation/item.ts';
import { type JudgeOptions, judgeAnswers } from '../../server/src/evaluation/judging/judge-answers.ts';
import {
  JUDGE_PROMPT_VERSION,
  judgePrompt,
  parseVerdict,
} from '../../server/src/evaluation/judging/judge-prompt.ts';
import type { Verdict } from '../../server/src/evaluation/judging/verdict.ts';
import { summariseVerdicts } from '../../server/src/evaluation/metrics/accuracy.ts';

/** Replies of a host, by a word in the question. */
type Reply = (response: ServerResponse, count: number) => void;

const send = (response: ServerResponse, content: string, more: object = {}) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const usage = { prompt_tokens: 100, completion_tokens: 10 };
  response.end(JSON.stringify({ id: '1', model: 'judge-1', choices, usage, ...more }));
};

async function judgeHost(replies: Readonly<Record<string, Reply>>, silenceMs = 60_000) {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      const word = Object.keys(replies).find((candidate) => body.includes(`${candidate} question`)) ?? '';
      const count = (counts.get(word) ?? 0) + 1;
      counts.set(word, count);
      replies[word]?.(response, count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const judge = createOpenAiJudge({
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: 'judge',
    keyVariable: 'KEY',
    retries: 2,
    backOffMs: 1,
    silenceMs,
  });
  return {
    judge,
    counts,
    async close() {
      await judge.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const prediction = (word: string, part: Partial<EvalPrediction> = {}): EvalPrediction => ({
  id: `set:${word}`,
  video: word,
  task: 'open',
  question: `${word} question`,
  gold: { text: 'a mouse' },
  labels: {},
  pred: 'A mouse [1].',
  citations: [],
  hits: [],
  abstained: false,
  key: word,
  ...part,
});

const optionsFor = (judge: JudgeOptions['judge'], more: Partial<JudgeOptions> = {}): JudgeOptions => ({
  judge,
  votes: 1,
  acceptedModels: [],
  cache: new Map(),
  onVerdict: () => {},
  onProgress: () => {},
  backOffMs: 1,
  signal: new AbortController().signal,
  ...more,
});

test('given a host that errs in every way, when it judges, then it is never asked more than three times an item and the bounds say what is missing', async (t) => {
  const host = await judgeHost(
    {
      good: (response) => send(response, '{"match": true, "score": 4.8}'),
      wrong: (response) => send(response, 'Sure: {"match": false, "score": 1}'),
      python: (response) => send(response, "{'pred': 'yes', 'score': 4}"),
      malformed: (response) => send(response, 'It is a fine answer!'),
      once: (response, count) => send(response, count === 1 ? '...' : '{"match": true, "score": 5}'),
      refused: (response) =>
        send(response, '', { choices: [{ message: { content: '' }, finish_reason: 'content_filter' }] }),
      slow: () => {},
      busy: (response) => response.writeHead(429).end('{"error": {"message": "slow down"}}'),
      moved: (response) => send(response, '{"match": true, "score": 5}', { model: 'another-judge' }),
      garbage: (response) => response.writeHead(200).end('<html>'),
    },
    2000,
  );
  t.after(() => host.close());
  const words = [...host.counts.keys()];
  assert.deepEqual(words, []);
  const predictions = [
    ...['good', 'wrong', 'python', 'malformed', 'once', 'refused', 'slow', 'busy', 'moved', 'garbage'].map(
      (word) => prediction(word),
    ),
    prediction('empty', { pred: '' }),
    prediction('abstained', { abstained: true }),
  ];
  const { verdicts, cost } = await judgeAnswers(predictions, optionsFor(host.judge));
  const outcomes = Object.fromEntries(
    verdicts.map(({ id, outcome, matches }) => [id.slice(4), [outcome, matches]]),
  );
  assert.deepEqual(outcomes, {
    good: ['judged', true],
    wrong: ['judged', false],
    python: ['judged', true],
    malformed: ['unjudged', undefined],
    once: ['judged', true],
    refused: ['refused', undefined],
    slow: ['unjudged', undefined],
    busy: ['unjudged', undefined],
    moved: ['unjudged', undefined],
    garbage: ['unjudged', undefined],
    empty: ['empty', false],
    abstained: ['abstained', false],
  });
  for (const [word, count] of host.counts) assert.ok(count <= 3, `${word} was asked ${count} times`);
  assert.equal(host.counts.get('moved'), 1);
  assert.ok(cost.tokensIn >= 500);
  assert.match(verdicts.find(({ id }) => id === 'set:moved')?.reason ?? '', /answered as another-judge/);
  const summary = summariseVerdicts(verdicts.map((verdict) => ({ verdict, video: verdict.id })));
  assert.equal(summary.unjudged, 5);
  assert.equal(summary.refused, 1);
  assert.deepEqual(summary.bounds, { low: 3 / 12, high: 9 / 12 });
});

test('given a host that is gone, when many answers wait, then it is given up after a few', async (t) => {
  const host = await judgeHost({});
  await host.close();
  t.after(() => undefined);
  const predictions = Array.from({ length: 40 }, (_, i) => prediction(`p${i}`));
  const { verdicts } = await judgeAnswers(predictions, optionsFor(host.judge));
  assert.equal(verdicts.filter(({ reason }) => reason === 'the judge stopped answering').length, 35);
});

test('given verdicts of an earlier call, when the same answers are judged, then nothing is sent', async (t) => {
  const host = await judgeHost({ good: (response) => send(response, '{"match": true, "score": 5}') });
  t.after(() => host.close());
  const cache = new Map<string, Verdict>();
  const options = optionsFor(host.judge, { cache, onVerdict: (key, verdict) => cache.set(key, verdict) });
  await judgeAnswers([prediction('good')], options);
  // Another run has the same answer under another id.
  const { verdicts } = await judgeAnswers([{ ...prediction('good'), id: 'other:1' }], options);
  assert.equal(host.counts.get('good'), 1);
  assert.deepEqual(
    verdicts.map(({ id, matches }) => [id, matches]),
    [['other:1', true]],
  );
  // Another answer is another key.
  await judgeAnswers([prediction('good', { pred: 'A rat.' })], options);
  assert.equal(host.counts.get('good'), 2);
});

test('given votes that differ, when they are counted, then the majority decides and the agreement is kept', async (t) => {
  const host = await judgeHost({
    good: (response, count) => send(response, `{"match": ${count !== 2}, "score": ${count}}`),
  });
  t.after(() => host.close());
  const { verdicts } = await judgeAnswers([prediction('good')], optionsFor(host.judge, { votes: 3 }));
  assert.equal(verdicts[0]?.matches, true);
  assert.equal(verdicts[0]?.score, 2);
  assert.equal(verdicts[0]?.agreement, 2 / 3);
});

test('given a budget below the estimate, when judging starts, then nothing is sent', async (t) => {
  const host = await judgeHost({ good: (response) => send(response, '{"match": true, "score": 5}') });
  t.after(() => host.close());
  const options = optionsFor(host.judge, { price: { input: 1000, output: 1000 }, budget: 0.1 });
  await assert.rejects(
    judgeAnswers([prediction('good')], options),
    /costs about \$0\.3\d.*more than the budget of \$0\.1/,
  );
  assert.equal(host.counts.size, 0);
});

test('given a pair of questions, when the prompt is written, then both questions and both answers are in it', () => {
  const pair = prediction('x', {
    task: 'axis',
    labels: { axis: 'consistency' },
    pairedQuestion: 'second?',
    pairedPred: 'second answer [2].',
  });
  const text = judgePrompt(pair)
    .map((message) => message.text)
    .join('\n');
  for (const part of ['x question', 'second?', '"A mouse."', '"second answer."', 'a mouse'])
    assert.ok(text.includes(part), part);
  assert.equal(JUDGE_PROMPT_VERSION, 1);
});

test('given replies of judges, when parsed, then only a match and a score from 0 to 5 are a verdict', () => {
  assert.deepEqual(parseVerdict('{"match": true, "score": 4.8}'), { matches: true, score: 4.8 });
  assert.deepEqual(parseVerdict("Here: {'pred': 'no', 'score': 0}"), { matches: false, score: 0 });
  assert.deepEqual(parseVerdict('{"score": 3}'), { matches: true, score: 3 });
  assert.deepEqual(parseVerdict('{"match": "yes", "score": "4"}'), { matches: true, score: 4 });
  for (const text of ['', 'yes', '{"match": true, "score": 9}', '{"match": true}', '{broken'])
    assert.equal(parseVerdict(text), undefined, text);
});
