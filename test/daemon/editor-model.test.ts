import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { build, type RunningDaemon, sandbox, startDaemon } from '../support/daemon.ts';
import { connectTo, type IndependentClient } from '../support/independent-client.ts';
import { render, srt, uriOf } from '../support/watched.ts';

const box = sandbox();
const QUESTION = 'When are the apples picked?';
const SAID = 'The apples are picked in October.';
let daemon: RunningDaemon;
let plain: IndependentClient;

before(async () => {
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  await render(join(folder, 'harvest.mp4'), 120);
  writeFileSync(join(folder, 'harvest.srt'), srt(SAID));
  daemon = await startDaemon(box);
  plain = await daemon.client();
  await plain.result('goldfish/index', { uris: [uriOf(folder)] });
  await set('models.answerer', 'editor');
});
after(async () => {
  daemon.child.kill();
  await daemon.exit;
});

const set = (key: string, value: unknown) => plain.result('goldfish/settings/set', { key, value });

/** A client that says that it answers. */
async function editor() {
  const { client } = await connectTo(box.dataDir);
  const goldfish = { protocol: 1, build, answers: true };
  await client.request('initialize', {
    processId: null,
    rootUri: null,
    capabilities: {},
    initializationOptions: { goldfish },
  });
  client.notify('initialized');
  return client;
}

const deltasOf = (client: IndependentClient, token: string) =>
  client.notices
    .filter(({ method, params }) => method === '$/progress' && params.token === token)
    .map(({ params }) => (params.value as { delta: string }).delta);

test('given an editor with a model, when it asks, then its answer streams back with citations', async (t) => {
  const client = await editor();
  t.after(() => client.end());
  let asked: readonly { role: string; text: string }[] = [];
  client.serves.set('goldfish/editor/answer', async ({ messages, partialResultToken: token }) => {
    asked = messages as typeof asked;
    for (const delta of ['They are picked ', 'in October [1].'])
      client.notify('$/progress', { token, value: { delta } });
    return { text: 'They are picked in October [1].' };
  });
  const result = await client.result('goldfish/ask', { question: QUESTION, partialResultToken: 'p' });
  assert.equal(result.answer, 'They are picked in October [1].');
  assert.match(JSON.stringify(result.citations), /"n":1.*The apples are picked in October/);
  assert.equal(deltasOf(client, 'p').join(''), result.answer);
  assert.equal(asked[0]?.role, 'system');
  assert.match(asked.at(-1)?.text ?? '', /apples are picked in October/);
  assert.deepEqual([client.faults, result.note], [[], undefined]);
});

test('given an answer without a stream, then it is used; given a model that fails, then the answer is quotes', async (t) => {
  const client = await editor();
  t.after(() => client.end());
  client.serves.set('goldfish/editor/answer', async () => ({ text: 'In October [1].' }));
  assert.equal((await client.result('goldfish/ask', { question: QUESTION })).answer, 'In October [1].');
  client.serves.set('goldfish/editor/answer', () => Promise.reject(new Error('No model was chosen.')));
  assert.match(String((await client.result('goldfish/ask', { question: QUESTION })).answer), /October/);
  client.serves.set('goldfish/editor/answer', async () => ({ words: 7 }));
  assert.match(String((await client.result('goldfish/ask', { question: QUESTION })).answer), /October/);
  assert.deepEqual(client.faults, []);
});

test("given a question that the editor's model is answering, when cancelled, then the editor receives the cancellation", async (t) => {
  const client = await editor();
  t.after(() => client.end());
  const begun = Promise.withResolvers<unknown>();
  client.serves.set('goldfish/editor/answer', (_params, id) => {
    begun.resolve(id);
    return new Promise(() => undefined);
  });
  const { id, answer } = client.start('goldfish/ask', { question: QUESTION });
  const asked = await begun.promise;
  client.notify('$/cancelRequest', { id });
  assert.equal((await answer).error?.code, -32800);
  const { params } = await client.notice(({ method }) => method === '$/cancelRequest');
  assert.equal(params.id, asked);
});

test('given an editor that disconnects while answering, when another client asks, then it gets quotes', async () => {
  const client = await editor();
  const begun = Promise.withResolvers<void>();
  client.serves.set('goldfish/editor/answer', () => {
    begun.resolve();
    return new Promise(() => undefined);
  });
  client.start('goldfish/ask', { question: QUESTION });
  await begun.promise;
  await client.end();
  assert.match(String((await plain.result('goldfish/ask', { question: QUESTION })).answer), /October/);
});

test('given a client without a model, when it asks, then it gets quotes and a note with the reason', async () => {
  const result = await plain.result('goldfish/ask', { question: QUESTION });
  assert.match(String(result.answer), /October/);
  assert.match(String(result.note), /models\.answerer is "editor"/);
  assert.deepEqual(plain.faults, []);
});

test('given an API key from a client, when models are called, then it is used while the client is connected and never stored', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization);
    request.resume();
    response.writeHead(401).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  await set('models.answerer', `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1#any`);
  const client = await editor();
  const ask = () => plain.result('goldfish/ask', { question: QUESTION });
  await ask();
  assert.equal(await client.result('goldfish/models/key', { key: 'sk-first' }), null);
  await ask();
  const other = await editor();
  await other.result('goldfish/models/key', { key: 'sk-second' });
  await ask();
  await other.end();
  await ask();
  await client.result('goldfish/models/key', { key: null });
  await ask();
  const told = ['Bearer sk-first', 'Bearer sk-second', 'Bearer sk-first'];
  assert.deepEqual(seen, [undefined, ...told, undefined]);
  const refused = await client.request('goldfish/models/key', { key: 'sk two\nlines' });
  assert.deepEqual([refused.error?.code, JSON.stringify(refused).includes('sk two')], [-32602, false]);
  await client.end();
  const files = readdirSync(box.dataDir, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  );
  const holding = files.filter((one) => readFileSync(join(one.parentPath, one.name)).includes('sk-'));
  assert.deepEqual(holding, []);
});
