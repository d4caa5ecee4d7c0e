import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { goldfish, type Sandbox, sandbox, startDaemon } from '../support/daemon.ts';
import { render } from '../support/watched.ts';

const KEY = 'k3y-of-the-host/with+signs';
const PASSWORD = 'queue-pa55word';

/** A host that repeats what it was sent, in one of the ways in which hosts refuse. */
type Echo = (request: IncomingMessage, response: ServerResponse) => void;

const echoes: Readonly<Record<string, Echo>> = {
  'a 401 in JSON': ({ headers }, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `wrong: ${headers.authorization}`, headers } }));
  },
  'a 403 in text, cut within the key': ({ headers }, response) => {
    response.writeHead(403).end(`${'x '.repeat(136)}${headers.authorization}`);
  },
  'a 400 with the raw headers': ({ rawHeaders }, response) => {
    response.writeHead(400).end(rawHeaders.join(': '));
  },
  'a 500 in Base64': (_request, response) => {
    response.writeHead(500, { 'retry-after': '0' }).end(Buffer.from(KEY).toString('base64'));
  },
  'an event that is an error': ({ headers }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify({ error: { message: headers.authorization } })}\n\n`);
  },
};

async function echoingHost(t: test.TestContext, echo: Echo) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => echo(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

const logText = ({ dataDir }: Sandbox) =>
  readdirSync(join(dataDir, 'logs'))
    .map((name) => readFileSync(join(dataDir, 'logs', name), 'utf8'))
    .join('\n');

function assertHidden(text: string, what: string): void {
  for (const secret of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64'), KEY.slice(0, 6)])
    assert.ok(!text.includes(secret), `${what} contains ${secret}:\n${text}`);
}

for (const [how, echo] of Object.entries(echoes))
  test(`given a host that repeats the key in ${how}, when it is asked, then status, answers, notices and log lack the key`, async (t) => {
    const box = sandbox();
    const daemon = await startDaemon({ ...box, env: { ...box.env, GOLDFISH_API_KEY: KEY } });
    t.after(() => daemon.child.kill());
    const client = await daemon.client();
    const host = await echoingHost(t, echo);
    const folder = join(box.folder, 'videos');
    mkdirSync(folder);
    await render(join(folder, 'a.mp4'), 90, 'The harbour opens at nine.', 4);
    await client.result('goldfish/settings/set', { key: 'log.level', value: 'debug' });
    for (const role of ['captioner', 'answerer', 'textEmbedder', 'reranker'])
      await client.result('goldfish/settings/set', { key: `models.${role}`, value: `${host}#model` });
    await client.result('goldfish/index', { uris: [pathToFileURL(folder).href] });
    const asked = await client.result('goldfish/ask', { question: 'When does the harbour open?' });
    const seen = [asked, await client.result('goldfish/status'), client.notices];
    assertHidden(JSON.stringify(seen), 'what clients see');
    assert.match(JSON.stringify(seen), /\*\*\*/, 'the host repeated the key');
    for (const command of [['status'], ['show', join(folder, 'a.mp4')], ['doctor']])
      assertHidden(JSON.stringify(await goldfish(box, ...command)), command.join(' '));
    assertHidden(logText(box), 'the log');
  });

test('given addresses with passwords in settings, when anybody looks, then the passwords are not shown, and a change keeps them', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon({ ...box, env: { ...box.env, GOLDFISH_API_KEY: KEY } });
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const stored = () => JSON.parse(readFileSync(join(box.dataDir, 'settings.json'), 'utf8'));
  const queue = `redis://ann:${PASSWORD}@127.0.0.1:1/0`;
  const model = `http://127.0.0.1:1/v1?key=${PASSWORD}#model`;
  const set = await client.result('goldfish/settings/set', { key: 'work.queue', value: queue });
  const changed = await client.result('goldfish/settings/set', { key: 'models.captioner', value: model });
  assert.equal((changed.settings as Record<string, string>)['work.queue'], 'redis://***@127.0.0.1:1/0');
  // As an editor that synchronises its settings does.
  await client.result('goldfish/settings/set', { key: 'work.queue', value: 'redis://***@127.0.0.1:1/0' });
  const other = await client.request('goldfish/settings/set', {
    key: 'work.queue',
    value: 'redis://***@127.0.0.1:2/0',
  });
  assert.match(other.error?.message ?? '', /work\.queue.*\*\*\*/);
  assert.deepEqual([stored()['work.queue'], stored()['models.captioner']], [queue, model]);
  const shown: unknown[] = [set, changed, await client.result('goldfish/status'), client.notices];
  for (const command of [
    ['settings'],
    ['settings', 'get', 'work.queue'],
    ['settings', 'list', '--json'],
    ['settings', 'set', 'work.where', 'here'],
    ['status', '--json'],
    ['doctor', '--json'],
    ['workers'],
    ['models', 'list'],
    ['worker', '--queue', `redis://ann:${PASSWORD}@127.0.0.1:1/0`],
    ['worker', '--queue', `postgres://ann:${PASSWORD}@127.0.0.1:1/a`],
  ])
    shown.push(await goldfish(box, ...command));
  daemon.child.kill();
  await daemon.exit;
  // The queue is opened at the start.
  const next = await startDaemon(box);
  t.after(() => next.child.kill());
  shown.push(await goldfish(box, 'workers'), await goldfish(box, 'status'), logText(box));
  assert.ok(!JSON.stringify(shown).includes(PASSWORD), JSON.stringify(shown));
});
