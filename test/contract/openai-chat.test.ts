import assert from 'node:assert/strict';
import test, { afterEach, beforeEach } from 'node:test';
import { createOpenAiAnswerer } from '../../server/src/adapters/openai/answerer.ts';
import { createOpenAiCaptioner } from '../../server/src/adapters/openai/captioner.ts';
import type { OpenAiEndpoint } from '../../server/src/adapters/openai/endpoint.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { TokenUsage } from '../../server/src/ports/answerer.ts';
import { type Fault, type OpenAiServer, openaiServer } from '../support/openai-server.ts';
import { framesOf, scenes, TINY } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const KEY = 'sk-very-secret';
const question = [
  { role: 'system', text: 'Answer from the evidence.' },
  { role: 'user', text: 'What is red?' },
] as const;

let server: OpenAiServer;
let finish: 'stop' | 'length' | 'content_filter' = 'stop';
beforeEach(async () => {
  finish = 'stop';
  server = await openaiServer({
    model: 'test-model',
    key: KEY,
    answer: () => ['The ball ', 'is red ', '[1].'],
    usage: { prompt_tokens: 120, completion_tokens: 7 },
    get finish() {
      return finish;
    },
  });
});
afterEach(() => server.close());

const endpoint = (more: Partial<OpenAiEndpoint> = {}): OpenAiEndpoint => ({
  baseUrl: server.baseUrl,
  model: 'test-model',
  key: KEY,
  keyVariable: 'SOME_KEY',
  backOffMs: 1,
  ...more,
});

async function ask(faults: readonly Fault[], more: Partial<OpenAiEndpoint> = {}) {
  server.faults.push(...faults);
  const deltas: string[] = [];
  const usages: TokenUsage[] = [];
  const answerer = createOpenAiAnswerer({ ...endpoint(more), words: 100, tokens: 50 });
  const onDelta = (delta: string) => deltas.push(delta);
  const text = await answerer.answer(question, onDelta, never, (usage) => usages.push(usage));
  return { text, deltas, usages };
}

function caption(faults: readonly Fault[], more: Partial<OpenAiEndpoint> = {}) {
  server.faults.push(...faults);
  const [scene] = scenes(1);
  assert.ok(scene);
  const captioner = createOpenAiCaptioner({ ...endpoint(more), budget: TINY.budget, concurrency: 2 });
  const pictures = framesOf(scene, 2);
  const request = {
    pictures,
    prompt: [
      { kind: 'frame', frame: 0 },
      { kind: 'text', text: 'said' },
      { kind: 'frame', frame: 1 },
      { kind: 'text', text: 'Describe.' },
    ] as const,
  };
  return captioner.caption([request], never);
}

const unavailable = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelUnavailableError, String(error));
  assert.match(error.message, message);
  assert.ok(error.remedy);
  assert.doesNotMatch(`${error.message} ${error.remedy}`, new RegExp(KEY));
  return true;
};

test('given a host, when a question is asked, then the answer streams and the request has the expected fields', async () => {
  const { text, deltas } = await ask([]);
  assert.equal(text, 'The ball is red [1].');
  assert.deepEqual(deltas, ['The ball ', 'is red ', '[1].']);
  const [request] = server.requests;
  assert.equal(request?.authorization, `Bearer ${KEY}`);
  assert.equal(request?.stream, true);
  assert.equal(request?.maxTokens, 50);
  assert.deepEqual(request?.messages, question);
});

test('given frames between texts, when captioned, then the host receives both in order', async () => {
  await caption([]);
  const [request] = server.requests;
  assert.deepEqual(
    request?.prompt.map((part) => (part.kind === 'frame' ? part.frame : part.text)),
    [0, 'said', 1, 'Describe.'],
  );
  assert.deepEqual(
    request?.pictures.map(({ width, height }) => [width, height]),
    [
      [32, 32],
      [32, 32],
    ],
  );
});

test('given status 429, server errors and broken streams, when asked, then the request is retried', async () => {
  const faults: Fault[] = [
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 500 },
    { garbage: 'data: {"choices": [{"del' },
  ];
  assert.equal((await ask(faults)).text, 'The ball is red [1].');
  assert.equal(server.requests.length, 4);
  assert.deepEqual(await caption([{ cutAfter: 2 }, { status: 503 }]), [
    { text: 'The ball is red [1].', complete: true },
  ]);
  assert.equal(server.requests.length, 7);
});

test('given a server error at every try, then the host is unavailable with its message and the number of tries', async () => {
  const fault: Fault = { status: 500, body: '{"error": {"message": "out of\\n memory"}}' };
  await assert.rejects(ask([fault, fault], { retries: 1 }), unavailable(/500: out of memory \(2 tries\)/));
});

test('given a stream that breaks after its first text, then it is not retried, so that no text is shown twice', async () => {
  await assert.rejects(ask([{ cutAfter: 1 }]), unavailable(/v1 failed: /));
  assert.equal(server.requests.length, 1);
});

for (const [what, fault, said] of [
  ['a web page', { garbage: '<html>Welcome</html>' }, /cut off/],
  ['an error in the stream', { garbage: 'data: {"error": {"message": "no GPU"}}\n\n' }, /no GPU/],
  [
    'JSON of another kind',
    { garbage: 'data: {"hello": 1}\n\ndata: [DONE]\n\n' },
    /did not send a chat completion/,
  ],
  ['silence', { silent: true }, /sent nothing for 0.05 s/],
  ['a redirect', { redirect: 'http://127.0.0.1:9/v1/chat/completions' }, /redirect/],
] as const) {
  test(`given ${what} from the host, when asked, then the error says so`, async () => {
    const more = 'silent' in fault ? { silenceMs: 50 } : {};
    await assert.rejects(ask([fault], { retries: 0, ...more }), unavailable(said));
  });
}

test('given a wrong key, an unknown model and a closed port, when asked, then each error names its remedy', async () => {
  await assert.rejects(ask([], { key: 'wrong' }), (error: unknown) => {
    unavailable(/401: Incorrect API key/)(error);
    return error instanceof ModelUnavailableError && /SOME_KEY/.test(error.remedy);
  });
  await assert.rejects(ask([], { model: 'other' }), unavailable(/404: The model other does not exist/));
  const { baseUrl } = server;
  await server.close();
  await assert.rejects(ask([], { baseUrl, retries: 0 }), unavailable(/ failed: fetch failed \(/));
});

test('given a request that the host refuses, when captioned, then only that clip fails', async () => {
  const [reply] = await caption([{ status: 400, body: '{"error": {"message": "too many images"}}' }]);
  assert.ok(reply && 'failure' in reply);
  assert.match(reply.failure.reason, /too many images/);
  assert.equal(server.requests.length, 1);
});

test('given text cut at the token limit, then it is marked incomplete; given filtered text, then the clip fails', async () => {
  finish = 'length';
  assert.deepEqual(await caption([]), [{ text: 'The ball is red [1].', complete: false }]);
  finish = 'content_filter';
  const [reply] = await caption([]);
  assert.ok(reply && 'failure' in reply);
});

test('given a streaming answer, when cancelled, then the request at the host is aborted', async () => {
  const stop = new AbortController();
  await server.close();
  server = await openaiServer({
    model: 'test-model',
    async *answer(_request, signal) {
      yield 'First ';
      // Writes on until the client is gone.
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const reason = new Error('cancelled');
  const options = { ...endpoint(), baseUrl: server.baseUrl, words: 1, tokens: 9 };
  const pending = createOpenAiAnswerer(options).answer(question, () => stop.abort(reason), stop.signal);
  await assert.rejects(pending, reason);
  await server.brokenOff;
});

test('given a host that does not stream, when asked, then its answer is read as a whole', async () => {
  const body = JSON.stringify({
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
  });
  const { text, deltas } = await ask([{ status: 200, body }]);
  assert.deepEqual([text, deltas], ['Whole.', ['Whole.']]);
});

const chunk = (choice: object) => `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }] })}\n\n`;
const streamOf = (...choices: readonly object[]): Fault => ({
  garbage: `${choices.map(chunk).join('')}data: [DONE]\n\n`,
});

test('given a host that thinks aloud, when asked, then only the answer is shown', async () => {
  const pieces = ['<think>The user', ' wants red.</th', 'ink>\n\nThe ball', ' is red.'];
  const { text, deltas } = await ask([streamOf(...pieces.map((content) => ({ delta: { content } })))]);
  assert.equal(text, 'The ball is red.');
  assert.equal(deltas.join(''), 'The ball is red.');
});

test('given a host, when asked, then it is told not to think; one that refuses that is asked without it from then on', async () => {
  await ask([]);
  assert.equal(server.requests[0]?.body.reasoning_effort, 'none');
  const captioner = createOpenAiCaptioner({ ...endpoint(), budget: TINY.budget, concurrency: 1 });
  server.faults.push({
    status: 400,
    body: '{"error": {"message": "Unrecognized request argument supplied"}}',
  });
  const pictures = framesOf(scenes(1)[0] ?? assert.fail(), 1);
  const request = { pictures, prompt: [{ kind: 'frame', frame: 0 }] as const };
  for (let times = 0; times < 2; times += 1)
    assert.deepEqual(await captioner.caption([request], never), [
      { text: 'The ball is red [1].', complete: true },
    ]);
  const efforts = server.requests.map(({ body }) => body.reasoning_effort);
  assert.deepEqual(efforts, ['none', 'none', undefined, undefined]);
});

test('given a model that wants other names of its limits, when asked, then it gets them', async () => {
  const message =
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
  const { text } = await ask([{ status: 400, body: JSON.stringify({ error: { message } }) }]);
  assert.equal(text, 'The ball is red [1].');
  const body = server.requests.at(-1)?.body;
  assert.equal(body?.max_completion_tokens, 50);
  assert.equal(body?.max_tokens, undefined);
  assert.equal(body?.temperature, undefined);
});

test('given a host that spends all tokens on thoughts, or writes nothing, when captioned, then the clip fails with the reason', async () => {
  const thought = { delta: { content: '', reasoning: 'The user wants' } };
  for (const [fault, reason] of [
    [streamOf(thought, { delta: {}, finish_reason: 'length' }), /still thinking/],
    [streamOf(thought, { delta: {}, finish_reason: 'stop' }), /thought and then wrote nothing/],
    [streamOf({ delta: { content: '<think>Let me see' }, finish_reason: 'length' }), /still thinking/],
    [streamOf({ delta: { content: '' }, finish_reason: 'stop' }), /context may be too short/],
  ] as const) {
    const [reply] = await caption([fault]);
    assert.ok(reply && 'failure' in reply, JSON.stringify(reply));
    assert.match(reply.failure.reason, reason);
  }
});

test('given a context that is too short, reported as an internal error, when asked, then it is not retried', async () => {
  const body = '{"error": {"message": "Requested tokens (460) exceed context window of 256"}}';
  await assert.rejects(ask([{ status: 500, body }]), (error: unknown) => {
    unavailable(/exceed context window of 256/)(error);
    return error instanceof ModelUnavailableError && /longer context/.test(error.remedy);
  });
  assert.equal(server.requests.length, 1);
});

test('given a model that the host lists as latest, when checked, then it is there', async () => {
  await server.close();
  server = await openaiServer({ model: 'moondream:latest', answer: () => ['Hi.'] });
  const options = { ...endpoint(), baseUrl: server.baseUrl, budget: TINY.budget, concurrency: 1 };
  const health = (model: string) => createOpenAiCaptioner({ ...options, model }).health(never);
  assert.equal((await health('moondream')).device, server.baseUrl);
  await assert.rejects(health('moon'), unavailable(/has no model moon/));
});

test('given a host that counts tokens, when asked, then it is asked to tell them, and does', async () => {
  const { usages } = await ask([]);
  assert.deepEqual(usages, [{ tokensIn: 120, tokensOut: 7 }]);
});

test('given a host that refuses to tell tokens, when asked, then it is asked without, and the tokens stay unknown', async () => {
  const message = "Unrecognized request argument supplied: 'stream_options'";
  const { text, usages } = await ask([{ status: 400, body: JSON.stringify({ error: { message } }) }]);
  assert.equal(text, 'The ball is red [1].');
  assert.deepEqual(usages, []);
  // Nothing else was given up.
  assert.equal(server.requests.at(-1)?.body.reasoning_effort, 'none');
});

test('given token counts that are none, when asked, then the tokens stay unknown', async () => {
  for (const usage of [{ prompt_tokens: -1, completion_tokens: 2 }, { prompt_tokens: 'many' }, 7]) {
    const chunks = [
      { choices: [{ index: 0, delta: { content: 'Red.' }, finish_reason: 'stop' }] },
      { choices: [], usage },
    ];
    const garbage = `${chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('')}data: [DONE]\n\n`;
    const { text, usages } = await ask([{ garbage }]);
    assert.deepEqual([text, usages], ['Red.', []]);
  }
});
