import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { WebSocket } from 'ws';
import { requests } from '../../server/protocol/methods.ts';
import { sandbox, startDaemon } from '../support/daemon.ts';
import type { IndependentClient } from '../support/independent-client.ts';

/** What another device may ask. All other requests are refused. */
const READABLE = [
  'goldfish/folders/list',
  'goldfish/status',
  'goldfish/search',
  'goldfish/ask',
  'goldfish/digest',
  'goldfish/clip',
  'goldfish/video',
  'goldfish/videos',
  'goldfish/heat',
  'goldfish/playback',
  'goldfish/export',
  'goldfish/reel',
  'goldfish/subtitles',
  'goldfish/chapters',
  'goldfish/corrections/list',
];

const isInNetwork = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .some(({ family, internal }) => family === 'IPv4' && !internal);

async function start(t: test.TestContext) {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  return { box, daemon, client: await daemon.client() };
}

const setAllowed = (client: IndependentClient, value: boolean) =>
  client.result('goldfish/settings/set', { key: 'page.network', value });

/** The address for other devices, once the daemon serves it. */
async function networkUrl(client: IndependentClient): Promise<URL | undefined> {
  const { network } = await client.result('goldfish/page');
  return typeof network === 'string' ? new URL(network) : undefined;
}

/** The status of a request over loopback that names a host, as a device in the network or a foreign page does. */
async function statusOf(url: URL, host: string): Promise<number | undefined> {
  const request = get({ host: '127.0.0.1', port: url.port, path: url.pathname, headers: { host } });
  const [response] = await once(request, 'response');
  response.resume();
  return response.statusCode;
}

/** Opens the connection of another device, over loopback. */
async function connectDevice(url: URL) {
  const socket = new WebSocket(`ws://127.0.0.1:${url.port}${url.pathname}rpc`, {
    headers: { host: url.host, origin: url.origin },
  });
  await once(socket, 'open');
  let lastId = 0;
  const send = async (method: string, params: object = {}) => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    for (;;) {
      const [data] = await once(socket, 'message');
      const message = JSON.parse(String(data)) as {
        id?: number;
        result?: Record<string, unknown>;
        error?: { message: string; data?: { remedy?: string } };
      };
      if (message.id === id) return message;
    }
  };
  return { socket, send };
}

test('given the default settings, when the page is asked for, then no other device can open it', async (t) => {
  const { client } = await start(t);
  assert.equal(await networkUrl(client), undefined);
});

test('given a machine in a network, when other devices are allowed, then they need the address with its token', async (t) => {
  const { client } = await start(t);
  await setAllowed(client, true);
  const url = await networkUrl(client);
  if (!isInNetwork) {
    assert.equal(url, undefined);
    return;
  }
  assert.ok(url);
  const { url: own } = await client.result('goldfish/page');
  assert.notEqual(url.pathname, new URL(String(own)).pathname, 'the token of this machine stays secret');
  assert.equal(await statusOf(url, url.host), 200);
  assert.equal(await statusOf(new URL('/', url), url.host), 403);
  assert.equal(await statusOf(new URL(new URL(String(own)).pathname, url), url.host), 403);
  assert.equal(await statusOf(url, `evil.example:${url.port}`), 403, 'a foreign name that leads here');
  assert.equal(await statusOf(url, `127.0.0.1:${url.port}`), 403);
});

test('given another device, when it sends every request there is, then it can read and change nothing', async (t) => {
  const { box, client } = await start(t);
  await setAllowed(client, true);
  const url = await networkUrl(client);
  if (url === undefined) return assert.equal(isInNetwork, false);
  const { send } = await connectDevice(url);
  const initialised = await send('initialize', {
    processId: 1,
    capabilities: {},
    // A later build makes the daemon yield to a client on this machine, never to another device.
    initializationOptions: { goldfish: { protocol: 1, build: '9999.1.1' } },
  });
  assert.deepEqual(initialised.result?.capabilities, { experimental: { readOnly: true } });
  const readable: string[] = [];
  for (const method of Object.keys(requests)) {
    const { error } = await send(method);
    if (error?.message === 'This device may read, but change nothing.')
      assert.equal(error.data?.remedy, 'Do this on the computer that runs Goldfish.');
    else readable.push(method);
  }
  assert.deepEqual(readable.toSorted(), READABLE.toSorted());
  for (const method of ['workspace/executeCommand', 'textDocument/hover', 'workspace/symbol'])
    assert.match((await send(method)).error?.message ?? '', /may read/);
  const file = join(box.folder, 'stolen.md');
  const written = await send('goldfish/export', { moments: [], format: 'markdown', file: `file://${file}` });
  assert.match(written.error?.message ?? '', /may read/);
  assert.equal(existsSync(file), false);
  assert.equal(typeof (await client.result('goldfish/status')).pid, 'number', 'the daemon still runs');
});

test('given another device, when it is no longer allowed, then its connection ends and the address is closed', async (t) => {
  const { client } = await start(t);
  await setAllowed(client, true);
  const url = await networkUrl(client);
  if (url === undefined) return assert.equal(isInNetwork, false);
  const { socket, send } = await connectDevice(url);
  await send('initialize', { processId: null, capabilities: {} });
  const closed = once(socket, 'close');
  await setAllowed(client, false);
  await closed;
  assert.equal(await networkUrl(client), undefined);
  await assert.rejects(statusOf(url, url.host), /ECONNREFUSED/);
  await setAllowed(client, true);
  assert.equal((await networkUrl(client))?.href, url.href, 'the address stays the same');
});
