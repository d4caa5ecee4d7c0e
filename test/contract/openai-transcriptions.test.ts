import assert from 'node:assert/strict';
import test from 'node:test';
import type { OpenAiEndpoint } from '../../server/src/adapters/openai/endpoint.ts';
import { createOpenAiTranscriber } from '../../server/src/adapters/openai/transcriber.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { WHISTLE, whistleHost } from '../support/fake-transcription-host.ts';
import type { OpenAiServerOptions } from '../support/openai-server.ts';
import { sampled, whistled } from '../support/tone-speech.ts';

const never = new AbortController().signal;
const samples = sampled(4, whistled([{ startMs: 500, text: 'red fox sleeps' }]));

async function open(
  t: test.TestContext,
  options: Partial<OpenAiServerOptions> = {},
  more: Partial<OpenAiEndpoint> = {},
) {
  const server = await whistleHost(options);
  t.after(() => server.close());
  const endpoint = {
    baseUrl: server.baseUrl,
    model: WHISTLE,
    keyVariable: 'SOME_KEY',
    backOffMs: 1,
    ...more,
  };
  const transcriber = createOpenAiTranscriber(endpoint);
  t.after(() => transcriber.close());
  return { server, transcriber };
}

test('given audio, when transcribed, then the host receives WAV, model, format, language and key', async (t) => {
  const { server, transcriber } = await open(t, { key: 'sk-1' }, { key: 'sk-1' });
  const reply = await transcriber.transcribe({ samples, language: 'en' }, never);
  const [sent] = server.hearings;
  assert.ok(sent);
  const { samples: heard, ...rest } = sent;
  assert.deepEqual(rest, {
    model: WHISTLE,
    format: 'verbose_json',
    language: 'en',
    granularities: ['segment'],
    authorization: 'Bearer sk-1',
  });
  assert.equal(heard.length, samples.length);
  assert.ok(heard.every((sample, i) => Math.abs(sample - (samples[i] ?? 0)) < 1e-4));
  assert.ok('segments' in reply);
  assert.equal(reply.language, 'en');
  const [segment] = reply.segments;
  assert.deepEqual(
    [segment?.text, segment?.logProbability, segment?.noSpeech],
    [' red fox sleeps.', -0.2, 0.01],
  );
});

test('given hot words, when transcribed, then the host receives them as earlier text', async (t) => {
  const { server, transcriber } = await open(t);
  await transcriber.transcribe({ samples, hotWords: ['Zermatt', 'Öztürk'] }, never);
  assert.equal(server.hearings[0]?.prompt, 'Zermatt, Öztürk.');
});

test('given a host without segment times, when transcribed, then the text comes back, and later requests use its format', async (t) => {
  const { server, transcriber } = await open(t, { formats: ['json'] });
  const expected = { segments: [{ text: ' red fox sleeps.' }], language: undefined };
  assert.deepEqual(await transcriber.transcribe({ samples }, never), expected);
  assert.deepEqual(await transcriber.transcribe({ samples }, never), expected);
  assert.deepEqual(
    server.hearings.map(({ format }) => format),
    ['verbose_json', 'json', 'json'],
  );
});

test('given status 429, a server error, garbage, other JSON and silence, then the request is retried', async (t) => {
  const { server, transcriber } = await open(t, {}, { silenceMs: 300, retries: 5 });
  server.faults.push(
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503 },
    { garbage: '<html>' },
    { garbage: '[]' },
    { silent: true },
  );
  const reply = await transcriber.transcribe({ samples }, never);
  assert.ok('segments' in reply && reply.segments.length === 1);
  assert.equal(server.hearings.length, 6);
});

test('given audio that the host refuses, then only that request fails', async (t) => {
  const { server, transcriber } = await open(t);
  const refusal = { status: 400, body: '{"error": {"message": "audio too odd"}}' };
  server.faults.push(refusal, refusal);
  const reply = await transcriber.transcribe({ samples }, never);
  assert.ok('failure' in reply);
  assert.match(reply.failure.reason, /audio too odd/);
  assert.ok('segments' in (await transcriber.transcribe({ samples }, never)));
});

test('given a wrong key, an unknown model and a failing host, then each error says which, without the key', async (t) => {
  const told = async (
    options: Partial<OpenAiServerOptions>,
    more: Partial<OpenAiEndpoint>,
    expected: RegExp,
  ) => {
    const { server, transcriber } = await open(t, options, more);
    if (more.retries !== undefined) server.faults.push({ status: 500 }, { status: 500 });
    await assert.rejects(transcriber.transcribe({ samples }, never), (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError);
      assert.match(`${error.message} ${error.remedy}`, expected);
      assert.doesNotMatch(`${error.message} ${error.remedy}`, /sk-/);
      return true;
    });
  };
  await told({ key: 'sk-right' }, { key: 'sk-wrong' }, /401.*SOME_KEY/);
  await told({}, { model: 'other' }, /404.*other/);
  await told({}, { retries: 1 }, /500.*2 tries/);
});

test('given a host that redirects, then the audio is sent to no other address', async (t) => {
  const elsewhere = await whistleHost();
  t.after(() => elsewhere.close());
  const { server, transcriber } = await open(t, {}, { retries: 0 });
  server.faults.push({ redirect: `${elsewhere.baseUrl}/audio/transcriptions` });
  await assert.rejects(transcriber.transcribe({ samples }, never), ModelUnavailableError);
  assert.equal(elsewhere.hearings.length, 0);
});
