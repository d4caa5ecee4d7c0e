// needs: openssl
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { type IncomingMessage, request as sendHttp } from 'node:http';
import { request as sendHttps } from 'node:https';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { callTool } from '../support/agent.ts';
import { makeCertificate } from '../support/certificate.ts';
import { goldfish, sandbox, startDaemon } from '../support/daemon.ts';
import { connectPage } from '../support/page-client.ts';
import { CANARY, fillTwoFolders, serveTeam } from '../support/team-world.ts';
import { uriOf } from '../support/watched.ts';

interface AuditLine {
  readonly time: string;
  readonly user: string;
  readonly role: string;
  readonly address: string;
  readonly via: string;
  readonly method: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly error?: number;
}

async function get(url: string, headers: object = {}, ca?: Buffer) {
  const send = url.startsWith('https:') ? sendHttps : sendHttp;
  const request = send(url, { headers: { ...headers }, ca, servername: 'videos.example.org' });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(parts) };
}

async function connectAgent(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL('mcp', url), { requestInit }));
  return client;
}

const textOf = ({ content }: CallToolResult) => JSON.stringify(content);

test('given an address in the network, when TLS is missing, then nothing is served and the reason is given', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { code, stderr } = await goldfish(box, 'serve', '--listen', '0.0.0.0:0');
  assert.equal(code, 1);
  assert.match(stderr, /Without TLS, everybody in the network of 0\.0\.0\.0:0 could read tokens/);
  assert.match(stderr, /--cert and --key, or --behind-proxy/);
  for (const args of [
    ['--listen', '127.0.0.1:0', '--cert', 'cert.pem'],
    ['--listen', '127.0.0.1:0', '--cert', 'cert.pem', '--key', 'key.pem'],
    ['--listen', '127.0.0.1:0', '--identity-header', 'X-User'],
    ['--listen', 'nowhere'],
    ['--listen', '127.0.0.1:0', '--openai'],
  ])
    assert.notEqual((await goldfish(box, 'serve', ...args)).code, 0, args.join(' '));
});

test('given a certificate, when a daemon serves with it, then users connect over TLS and others learn nothing', async (t) => {
  const box = sandbox();
  const { certificate, key, ca } = makeCertificate(box.folder);
  const daemon = await startDaemon(
    box,
    ...['--listen', '127.0.0.1:0', '--cert', certificate, '--key', key, '--name', 'goldfish.test'],
  );
  t.after(async () => {
    daemon.child.kill();
    await daemon.exit;
  });
  const local = await daemon.client();
  const { token } = await local.result('goldfish/users/add', { name: 'anna', role: 'reader' });
  const log = readFileSync(join(box.dataDir, 'logs/goldfish.log'), 'utf8');
  const [, url = ''] = /"url":"(https:\/\/127\.0\.0\.1:\d+\/)"/.exec(log) ?? [];
  const { port } = new URL(url);
  const ask = (path: string, headers: object = {}) => get(new URL(path, url).href, headers, ca);
  assert.equal((await ask('healthz')).status, 200);
  const form = await ask('');
  assert.equal(form.status, 401);
  assert.match(String(form.headers['strict-transport-security']), /max-age/);
  const authorization = `Bearer ${token}`;
  for (const host of [`videos.example.org:${port}`, `goldfish.test:${port}`, `127.0.0.1:${port}`])
    assert.equal((await ask('page.js', { host, authorization })).status, 200, host);
  assert.equal((await ask('page.js', { host: `evil.example:${port}`, authorization })).status, 421);
  await assert.rejects(
    get(url.replace('https:', 'http:')),
    /hang up|ECONNRESET|Parse Error/,
    'no plain HTTP',
  );
  const client = await connectPage(url, { headers: { authorization }, ca });
  await client.initialize();
  assert.equal((await client.result('goldfish/status')).videos, 0);
  await client.end();
});

test('given a user who may see one folder, when files are requested, then bytes, stills and subtitles of others are not served', async (t) => {
  const world = await serveTeam(t);
  const { open, hidden } = await fillTwoFolders(world);
  const token = await world.addUser('anna', 'reader', [open]);
  const ask = (route: string, uri: string) =>
    get(`${world.url}${route}?uri=${encodeURIComponent(uri)}`, { authorization: `Bearer ${token}` });
  const own = uriOf(join(open, 'shared.mp4'));
  const video = await ask('video', own);
  assert.deepEqual([video.status, video.bytes.equals(readFileSync(join(open, 'shared.mp4')))], [200, true]);
  assert.equal((await ask('still', own)).status, 200);
  assert.equal((await ask('subtitles', own)).status, 200);
  // The same content has a copy in the other folder.
  for (const name of [`${CANARY} copy.mp4`, `${CANARY} deal.mp4`])
    for (const route of ['video', 'still', 'subtitles']) {
      const { status, bytes } = await ask(route, uriOf(join(hidden, name)));
      assert.deepEqual([status, String(bytes)], [404, 'Not found.']);
    }
  const metrics = await get(`${world.url}metrics`, { authorization: `Bearer ${token}` });
  assert.equal(metrics.status, 401, 'counts of the whole library');
});

test('given agents of users over HTTP, when they call tools, then each sees and may do what its user may', async (t) => {
  const world = await serveTeam(t);
  const { open, hidden } = await fillTwoFolders(world);
  const reader = await connectAgent(world.url, await world.addUser('anna', 'reader', [open]));
  t.after(() => reader.close());
  const owner = await connectAgent(world.url, await world.addUser('olga', 'owner'));
  t.after(() => owner.close());
  const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);
  assert.ok(!(await names(reader)).includes('add_videos'));
  assert.ok((await names(owner)).includes('add_videos'));
  assert.ok(!(await names(owner)).includes('record_stream'), 'it would run a program of the machine');

  assert.match(textOf(await callTool(owner, 'search_clips', { query: 'merger' })), new RegExp(CANARY));
  const answers = [
    await callTool(reader, 'search_clips', { query: 'merger signed' }),
    await callTool(reader, 'ask_videos', { question: 'When is the merger signed?' }),
    await callTool(reader, 'list_videos', {}),
    await callTool(reader, 'list_alerts', {}),
    await callTool(reader, 'digest_videos', {}),
  ];
  for (const answer of answers) assert.doesNotMatch(JSON.stringify(answer), new RegExp(CANARY));
  assert.match(textOf(await callTool(reader, 'search_clips', { query: 'apples' })), /harvest\.mp4/);
  for (const [tool, args] of [
    ['browse_video', { video: join(hidden, `${CANARY} deal.mp4`) }],
    ['inspect_frames', { video: join(hidden, `${CANARY} deal.mp4`), timesMs: [0] }],
    ['read_subtitles', { video: join(hidden, `${CANARY} deal.mp4`) }],
  ] as const)
    assert.match(textOf(await callTool(reader, tool, args)), /is not in the index/, tool);
  await assert.rejects(connectAgent(world.url, 'goldfish_wrong'));
});

test('given a user with an open page, when the user gets other rights or is removed, then the page is cut off at once', async (t) => {
  const world = await serveTeam(t);
  const first = await world.connect(await world.addUser('anna', 'reader'));
  const bystander = await world.connect(await world.addUser('ben', 'reader'));
  const newToken = await world.addUser('anna', 'corrector');
  await first.closed;
  const second = await world.connect(newToken);
  await world.local.result('goldfish/users/remove', { name: 'anna' });
  await second.closed;
  await assert.rejects(world.connect(newToken), /401/);
  assert.equal((await bystander.result('goldfish/status')).videos, 0);
});

test('given the audit log, when users ask, then each line says who asked what, without tokens; switched off, nothing is added', async (t) => {
  const world = await serveTeam(t);
  const token = await world.addUser('anna', 'reader');
  const client = await world.connect(token);
  const path = join(world.box.dataDir, 'logs/audit.log');
  const lines = () =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as AuditLine);
  /** The lines once there are so many. */
  const linesOnce = async (count: number) => {
    const watcher = watch(dirname(path));
    try {
      while (!existsSync(path) || lines().length < count) await once(watcher, 'change');
    } finally {
      watcher.close();
    }
    return lines();
  };
  await client.result('goldfish/search', { query: 'the merger' });
  await client.request('goldfish/forget', { uri: 'file:///a' });
  const agent = await connectAgent(world.url, token);
  await callTool(agent, 'search_clips', { query: 'by an agent' });
  await agent.close();
  await get(`${world.url}video?uri=file:///nowhere.mp4`, { authorization: `Bearer ${token}` });
  const found = await linesOnce(4);
  const facts = found.map(({ user, role, via, method, params, error }) => [
    user,
    role,
    via,
    method,
    params,
    error,
  ]);
  assert.deepEqual(facts, [
    ['anna', 'reader', 'page', 'goldfish/search', { query: 'the merger' }, undefined],
    ['anna', 'reader', 'page', 'goldfish/forget', { uri: 'file:///a' }, found[1]?.error],
    ['anna', 'reader', 'mcp', 'goldfish/search', found[2]?.params, undefined],
    ['anna', 'reader', 'http', 'video', { uri: 'file:///nowhere.mp4' }, 404],
  ]);
  assert.equal(typeof found[1]?.error, 'number');
  assert.equal(found[2]?.params?.query, 'by an agent');
  for (const { time, address } of found)
    assert.deepEqual([Number.isNaN(Date.parse(String(time))), address], [false, '127.0.0.1']);
  assert.doesNotMatch(
    readFileSync(path, 'utf8') + readFileSync(join(path, '../goldfish.log'), 'utf8'),
    new RegExp(token),
  );

  await world.local.result('goldfish/settings/set', { key: 'serve.audit', value: false });
  await client.result('goldfish/search', { query: 'unheard' });
  await world.local.result('goldfish/settings/set', { key: 'serve.audit', value: true });
  await client.result('goldfish/search', { query: 'heard again' });
  assert.equal((await linesOnce(5))[4]?.params?.query, 'heard again');
});

test('given a proxy that names users, when others name one, then only the proxy is believed', async (t) => {
  const identityHeader = 'X-Auth-Request-Email';
  const params = { behindProxy: true, names: ['videos.example.org'], identityHeader };
  const trusting = await serveTeam(t, { ...params, trustedProxies: ['127.0.0.1'] });
  await trusting.local.result('goldfish/users/add', {
    name: 'anna@example.org',
    role: 'reader',
    token: false,
  });
  const headers = { host: 'videos.example.org', [identityHeader]: 'Anna@Example.org' };
  assert.equal((await get(`${trusting.url}page.js`, headers)).status, 200);
  assert.equal(
    (await get(`${trusting.url}page.js`, { ...headers, [identityHeader]: 'eve@example.org' })).status,
    401,
  );
  assert.equal(
    (await get(`${trusting.url}page.js`, { ...headers, origin: 'https://evil.example' })).status,
    403,
  );
  const elsewhere = await serveTeam(t, { ...params, trustedProxies: ['192.0.2.0/24'] });
  await elsewhere.local.result('goldfish/users/add', {
    name: 'anna@example.org',
    role: 'reader',
    token: false,
  });
  assert.equal((await get(`${elsewhere.url}page.js`, headers)).status, 401);
});

test('given a session that serves users, when it ends, then the address is closed', async (t) => {
  const box = sandbox();
  mkdirSync(box.dataDir, { recursive: true });
  writeFileSync(join(box.dataDir, 'settings.json'), '{}');
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const [serving, local] = [await daemon.client(), await daemon.client()];
  const { url } = await serving.result('goldfish/serve', { listen: '127.0.0.1:0' });
  assert.equal((await get(`${url}healthz`)).status, 200);
  await serving.end();
  // The daemon notices the end of the session after its client.
  const isOpen = () =>
    get(`${url}healthz`).then(
      () => true,
      () => false,
    );
  while (await isOpen());
  assert.equal((await local.result('goldfish/status')).videos, 0, 'the daemon goes on');
});
