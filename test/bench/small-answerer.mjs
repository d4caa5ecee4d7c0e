// Asks all questions of test/golden/answers with a small answerer and without one, and compares: no right answer may become
// wrong, nothing may be invented. The answerer is a folder (run by our inference child) or a host: URL#MODEL.
//   node server/bin/run-node.mjs test/bench/small-answerer.mjs /models/smollm2-135m [--from 0] [--to 150] [--limit 10]
// `--limit` replaces the 10 s that a small model has: on a busy machine it has to be larger for the same tokens.
import { parseArgs } from 'node:util';
import { childCpuS } from './child-memory.ts';
import { hostOf } from './random-model.mjs';
import { at, rounded } from './timing.ts';

const {
  values,
  positionals: [where = ''],
} = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string', default: '0' },
    to: { type: 'string', default: '999' },
    limit: { type: 'string', default: '10' },
  },
});
const PRODUCT_LIMIT_MS = 10_000;
const { setTimeout: startTimer } = globalThis;
globalThis.setTimeout = (work, ms, ...rest) =>
  startTimer(work, ms === PRODUCT_LIMIT_MS ? Number(values.limit) * 1000 : ms, ...rest);

const { createOpenAiAnswerer } = await import('../../server/src/adapters/openai/answerer.ts');
const { createTransformersAnswerer } = await import('../../server/src/adapters/transformers/answerer.ts');
const { createAnswerQuestion } = await import('../../server/src/answering/answer-question.ts');
const { isRight, isUnanswerable, readQuestions, readTranscripts } = await import(
  '../support/answer-table.ts'
);
const { library, uriOf } = await import('../support/transcripts.ts');

const never = new AbortController().signal;
const nothing = () => undefined;
const pathOf = (name) => `/videos/${name}.mp4`;

function openAnswerer() {
  if (!/^https?:/.test(where)) {
    const budget = { words: 500, tokens: 64, style: 'plain' };
    return createTransformersAnswerer({ id: where.split('/').at(-1), budget }, hostOf(where));
  }
  const [baseUrl, model] = where.split('#');
  return createOpenAiAnswerer({
    baseUrl,
    model,
    keyVariable: '',
    words: 500,
    tokens: 64,
    retries: 0,
    style: 'plain',
  });
}

/** Counts the pieces of text that the model streams. */
function withCount(answerer, count) {
  return {
    ...answerer,
    answer: (messages, onDelta, signal) =>
      answerer.answer(
        messages,
        (delta) => {
          count.pieces += 1;
          onDelta(delta);
        },
        signal,
      ),
  };
}

const told = readTranscripts('answers').map(({ name, lines }) => ({ path: pathOf(name), own: lines }));
const { store, catalogue, find } = await library(told);
const failures = [];
const withAnswerer = (answerer) =>
  createAnswerQuestion({
    store,
    catalogue,
    find,
    answerer: () => answerer,
    captioner: nothing,
    decoder: { frames: () => [] },
    maxWholeVideoMinutes: () => 0,
    saveSummary: async () => undefined,
    onModelFailure: (message) => failures.push(message),
  });
const count = { pieces: 0 };
const answerer = openAnswerer();
const askModel = withAnswerer(withCount(answerer, count));
const askQuotes = withAnswerer(undefined);

const totals = { right: 0, rightWithout: 0, worse: 0, invented: 0, phrased: 0, noted: 0, silent: 0 };
const [quoteS, totalS] = [[], []];
const questions = readQuestions().slice(Number(values.from), Number(values.to));
for (const question of questions) {
  const scope = question.scope ? { uris: [uriOf(pathOf(question.scope))] } : {};
  const before =
    question.after && (await askQuotes({ question: question.after, k: 3, scope }, nothing, never));
  const conversation = before ? [{ question: question.after, answer: before.answer }] : [];
  const request = { question: question.question, k: 3, scope, conversation };
  const quotes = await askQuotes(request, nothing, never);
  const start = performance.now();
  let firstS;
  const onDelta = () => (firstS ??= (performance.now() - start) / 1000);
  const answer = await askModel(request, onDelta, never);
  quoteS.push(firstS);
  totalS.push((performance.now() - start) / 1000);
  const [good, goodWithout] = [isRight(question, answer), isRight(question, quotes)];
  if (good) totals.right += 1;
  if (goodWithout) totals.rightWithout += 1;
  if (goodWithout && !good) totals.worse += 1;
  if (isUnanswerable(question) && answer.grounded) totals.invented += 1;
  const added = answer.answer.slice(quotes.answer.length).trim();
  if (added) totals.phrased += 1;
  else if (answer.note) totals.noted += 1;
  else if (quotes.grounded) totals.silent += 1;
  const mark = goodWithout && !good ? 'WORSE' : goodWithout ? 'right' : 'quotes wrong';
  if (added || mark === 'WORSE')
    console.log(
      `${totalS.at(-1).toFixed(1)} s\t${mark}\t${question.question}\t${added}\twanted: ${question.expected}`,
    );
}
for (const message of new Set(failures)) console.log(`failed\t${message}`);
console.log({
  questions: questions.length,
  ...totals,
  'first quote, p50 and longest, s': [at(quoteS, 0.5), at(quoteS, 1)].map((s) => rounded(s, 2)),
  'whole answer, p50 and longest, s': [at(totalS, 0.5), at(totalS, 1)].map((s) => rounded(s, 1)),
  'pieces of text': count.pieces,
  'processor time of the child, s': rounded(childCpuS()),
});
await answerer.close();
