import assert from 'node:assert/strict';
import test from 'node:test';
import { createOpenAiReranker } from '../../server/src/adapters/openai/reranker.ts';
import { createOpenAiTextEmbedder } from '../../server/src/adapters/openai/text-embedder.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { type OpenAiServerOptions, openaiServer } from '../support/openai-server.ts';
import { likeness } from '../support/tiny-models.ts';

const never = new AbortController().signal;

/** A vector that tells how long a text is, not of length 1. */
const measured = async (texts: readonly string[]) => texts.map((text) => [3, text.length, 4]);

async function open(t: test.TestContext, more: Partial<OpenAiServerOptions> = {}) {
  const server = await openaiServer({
    model: 'texts-1',
    embed: measured,
    rank: async (query, passages) => passages.map((text) => (text.includes(query) ? 0.9 : 0.1)),
    ...more,
  });
  const endpoint = {
    baseUrl: server.baseUrl,
    model: more.model ?? 'texts-1',
    key: more.key,
    keyVariable: 'SOME_KEY',
    backOffMs: 1,
  };
  const [embedder, reranker] = [createOpenAiTextEmbedder(endpoint), createOpenAiReranker(endpoint)];
  t.after(async () => {
    await Promise.all([embedder.close(), reranker.close()]);
    await server.close();
  });
  return { server, embedder, reranker };
}

const unavailable = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelUnavailableError, String(error));
  assert.match(error.message, message);
  assert.ok(error.remedy);
  return true;
};

/** The vector that `measured` means, of length 1. */
function expected(length: number): Float32Array {
  const size = Math.hypot(3, length, 4);
  return Float32Array.from([3 / size, length / size, 4 / size]);
}

for (const base64 of [false, true]) {
  test(`given 150 texts, when embedded, then unit vectors come in order, in batches, ${base64 ? 'as base64' : 'as numbers'}`, async (t) => {
    const { embedder, server } = await open(t, { base64 });
    const texts = Array.from({ length: 150 }, (_, i) => 'x'.repeat(i));
    const vectors = await embedder.embed(texts, 'passage', never);
    assert.equal(vectors.length, 150);
    for (const [i, vector] of vectors.entries())
      assert.ok(likeness(vector, expected(Math.max(1, i))) > 0.99999);
    assert.deepEqual(
      server.readings.map((reading) => reading.texts.length),
      [64, 64, 22],
    );
    assert.deepEqual(await embedder.embed([], 'query', never), []);
  });
}

test('given a batch that the host refuses as too long, then each text is sent alone, cut to fit', async (t) => {
  const { embedder } = await open(t, { mostText: 2000 });
  const vectors = await embedder.embed(['a'.repeat(1900), 'b'.repeat(5000), 'c'], 'passage', never);
  assert.ok(vectors[1] && likeness(vectors[1], expected(1500)) > 0.99999);
  assert.ok(vectors[2] && likeness(vectors[2], expected(1)) > 0.99999);
});

test('given a model family, when texts are embedded, then its prefixes for queries and passages are sent', async (t) => {
  const sent = async (model: string) => {
    const { embedder, server } = await open(t, { model });
    await embedder.embed(['where is it?'], 'query', never);
    await embedder.embed(['here', ''], 'passage', never);
    return { texts: server.readings.flatMap(({ texts }) => texts), revision: embedder.revision };
  };
  const e5 = await sent('intfloat/multilingual-e5-small');
  assert.deepEqual(e5.texts, ['query: where is it?', 'passage: here', 'passage: ']);
  const nomic = await sent('nomic-embed-text:latest');
  assert.deepEqual(nomic.texts, ['search_query: where is it?', 'search_document: here', 'search_document: ']);
  const bge = await sent('bge-small-en-v1.5');
  assert.match(bge.texts[0] ?? '', /^Represent this sentence.*: where is it\?$/);
  assert.deepEqual(bge.texts.slice(1), ['here', ' ']);
  const plain = await sent('texts-1');
  assert.deepEqual(plain.texts, ['where is it?', 'here', ' ']);
  // What stands before a passage is in its vector, and makes it another model's.
  assert.deepEqual([bge.revision, plain.revision], ['', '']);
  assert.equal(new Set([e5.revision, nomic.revision, '']).size, 3);
});

test('given a passing fault, then the request is retried; given a lasting one, then the error names the status and the tries', async (t) => {
  const { embedder, reranker, server } = await open(t);
  server.faults.push(
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503 },
    { garbage: '<html>' },
  );
  assert.equal((await embedder.embed(['a'], 'query', never)).length, 1);
  assert.equal(server.readings.length, 4);
  server.faults.push({ status: 500 });
  assert.deepEqual(await reranker.rank('a', ['b a', 'c'], never), [0.9, 0.1]);
  server.faults.push(...Array.from({ length: 4 }, () => ({ status: 500 })));
  await assert.rejects(embedder.embed(['a'], 'query', never), unavailable(/failed.*500.*4 tries/));
});

test('given vectors of another dimension, too many of them, or zeros, when embedded, then they are refused', async (t) => {
  let reply: readonly (readonly number[])[] = [[1, 0]];
  const { embedder } = await open(t, { embed: async () => reply });
  assert.equal((await embedder.embed(['a'], 'query', never))[0]?.length, 2);
  reply = [[1, 0, 0]];
  await assert.rejects(embedder.embed(['a'], 'query', never), unavailable(/3 numbers; before, it sent 2/));
  reply = [
    [1, 0],
    [1, 0],
  ];
  await assert.rejects(embedder.embed(['a'], 'query', never), unavailable(/2 vectors for 1 texts/));
  reply = [[0, 0]];
  await assert.rejects(embedder.embed(['a'], 'query', never), unavailable(/did not send a vector/));
});

test('given a missing key, when embedding, then the remedy names its variable', async (t) => {
  const { server, embedder } = await open(t, { key: 'sk-right' });
  const other = createOpenAiTextEmbedder({
    baseUrl: server.baseUrl,
    model: 'texts-1',
    keyVariable: 'SOME_KEY',
  });
  await assert.rejects(other.embed(['a'], 'query', never), (error: unknown) => {
    return error instanceof ModelUnavailableError && /SOME_KEY/.test(error.remedy);
  });
  assert.equal((await embedder.embed(['a'], 'query', never)).length, 1);
  assert.equal((await embedder.health(never)).device, server.baseUrl);
});

test('given scores or logits, when ranked, then they come in order of the passages, mapped to 0..1', async (t) => {
  let reply = [0.2, 0.9, 0.5];
  const { reranker } = await open(t, { rank: async () => reply });
  assert.deepEqual(await reranker.rank('q', ['a', 'b', 'c'], never), [0.2, 0.9, 0.5]);
  reply = [-5, 5, 0];
  const scores = await reranker.rank('q', ['a', 'b', 'c'], never);
  assert.deepEqual(
    scores.map((score) => Math.round(score * 100)),
    [1, 99, 50],
  );
  reply = [0.1];
  await assert.rejects(reranker.rank('q', ['a', 'b'], never), unavailable(/ranked 1 of 2 passages/));
  assert.deepEqual(await reranker.rank('q', [], never), []);
});

test('given a cancelled call, then it rejects with the reason', async (t) => {
  const { embedder, server } = await open(t);
  server.faults.push({ silent: true });
  const stop = new AbortController();
  const reason = new Error('no longer wanted');
  const pending = embedder.embed(['a'], 'query', stop.signal);
  stop.abort(reason);
  await assert.rejects(pending, reason);
});
