import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as sendHttp } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { WebSocket } from 'ws';
import { silentLog } from '../../server/src/base/log.ts';
import type { NetworkUser } from '../../server/src/http/network-user.ts';
import { createTeamServer, type TeamRequestRecord } from '../../server/src/http/team-server.ts';
import { fakeLibrary } from '../support/fake-library.ts';

const TOKEN = 'goldfish_good';
const authorization = `Bearer ${TOKEN}`;
const anna: NetworkUser = { name: 'anna', role: 'reader', folders: ['file:///open'] };
const root: NetworkUser = { name: 'root', role: 'owner' };

/** A team's server on loopback with a library by rote. Everything that it records and opens is collected. */
async function serve(
  t: TestContext,
  { arrivalMs = 10_000, transport = 'plain' as 'plain' | 'proxied' } = {},
) {
  const records: TeamRequestRecord[] = [];
  const held: string[] = [];
  const agents: unknown[] = [];
  const clients: NetworkUser[] = [];
  const tokens = new Map([
    [TOKEN, anna],
    ['goldfish_root', root],
  ]);
  const server = createTeamServer({
    users: {
      findByToken: (token) => tokens.get(token),
      findByIdentity: () => undefined,
      findByCookie: (cookie) => (cookie === 'baked' ? anna : undefined),
      createCookie: () => 'baked',
    },
    guard: () => ({
      names: ['127.0.0.1', 'localhost'],
      port: (server.address() as AddressInfo).port,
      transport,
      isTrustedProxy: () => false,
    }),
    assets: join(import.meta.dirname, '../../client/page'),
    libraryOf: () => ({
      ...fakeLibrary(),
      holds(uri) {
        held.push(uri);
        return false;
      },
    }),
    onClient(webSocket, user) {
      clients.push(user);
      webSocket.close();
    },
    async serveAgent(_request, response, body) {
      agents.push(body);
      response.end('served');
    },
    metrics: () => 'goldfish_videos 1\n',
    findProblem: () => undefined,
    record: (record) => records.push(record),
    signedInS: 60,
    arrivalMs,
    log: silentLog,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (
    path: string,
    { method = 'GET', headers = {}, body = '' }: { method?: string; headers?: object; body?: string } = {},
  ) => {
    const request = sendHttp({ host: '127.0.0.1', port, path, method, headers: { ...headers } });
    request.end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let text = '';
    for await (const part of response) text += part;
    return { status: response.statusCode, headers: response.headers, text };
  };
  return { port, ask, records, held, agents, clients, url: `http://127.0.0.1:${port}` };
}

const MEDIA = [
  '/video?uri=file:///open/a.mp4',
  '/still?uri=file:///open/a.mp4',
  '/subtitles?uri=file:///open/a.mp4',
];

test('given no token, when anything is requested, then nothing but the form and probes is answered', async (t) => {
  const { ask, held, agents } = await serve(t);
  for (const path of [
    ...MEDIA,
    '/page.js',
    '/icon.svg',
    '/rpc',
    '/mcp',
    '/nothing',
    '//',
    '/sign-out',
    '/%00',
  ])
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, text } = await ask(path, { method });
      assert.equal(status, 401, `${method} ${path}`);
      assert.match(text, /^Sign in first/);
    }
  const { status, text, headers } = await ask('/');
  assert.equal(status, 401);
  assert.match(text, /<form method="post" action="\/sign-in">/);
  assert.match(String(headers['content-security-policy']), /default-src 'none'.*form-action 'self'/);
  assert.deepEqual([held, agents], [[], []]);
});

test('given a token in the address or a cookie of another server, when the page is requested, then it is refused', async (t) => {
  const { ask } = await serve(t);
  for (const path of [`/${TOKEN}/`, `/?token=${TOKEN}`, `/page.js?access_token=${TOKEN}`])
    assert.equal((await ask(path)).status, 401, path);
  assert.equal((await ask('/', { headers: { cookie: 'goldfish-1=baked' } })).status, 401);
});

test('given a browser, when it signs in by the form, then a cookie opens the page and no address contains the token', async (t) => {
  const { ask, url, port, records } = await serve(t);
  const headers = { origin: url, 'content-type': 'application/x-www-form-urlencoded' };
  const signIn = (body: string, more: object = {}) =>
    ask('/sign-in', { method: 'POST', headers: { ...headers, ...more }, body });
  const signedIn = await signIn(`token=${TOKEN}`);
  assert.deepEqual([signedIn.status, signedIn.headers.location], [303, '/']);
  const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
  assert.match(cookie, /^goldfish-team-\d+=baked; .*HttpOnly; SameSite=Strict/);
  const page = await ask('/', { headers: { cookie: `goldfish-team-${port}=baked` } });
  assert.equal(page.status, 200);
  assert.match(page.text, /<html/);

  for (const body of ['', 'token=', 'token=bad', `token=${TOKEN}x`, `other=${TOKEN}`])
    assert.deepEqual(
      [(await signIn(body)).status, (await signIn(body)).headers['set-cookie']],
      [401, undefined],
    );
  assert.equal((await signIn(`token=${TOKEN}`, { origin: 'http://evil.example' })).status, 403);
  const withoutOrigin = await ask('/sign-in', { method: 'POST', body: `token=${TOKEN}` });
  assert.equal(withoutOrigin.status, 403);
  assert.doesNotMatch(JSON.stringify(records), new RegExp(TOKEN));
  const out = await ask('/sign-out', {
    method: 'POST',
    headers: { ...headers, cookie: `goldfish-team-${port}=baked` },
  });
  assert.match(String(out.headers['set-cookie']), /=; .*Max-Age=0/);
});

test('given a rebound name or another site, when it sends a request with a valid token or cookie, then it is refused', async (t) => {
  const { ask, port, held, agents } = await serve(t);
  const cookie = `goldfish-team-${port}=baked`;
  for (const path of [...MEDIA, '/', '/page.js', '/mcp'])
    for (const method of ['GET', 'POST']) {
      const rebound = await ask(path, { method, headers: { host: `evil.example:${port}`, authorization } });
      assert.equal(rebound.status, 421, path);
      for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }])
        assert.equal((await ask(path, { method, headers: { cookie, ...headers } })).status, 403, path);
    }
  for (const path of MEDIA)
    assert.equal((await ask(path, { headers: { cookie, 'sec-fetch-site': 'cross-site' } })).status, 403);
  assert.deepEqual([held, agents], [[], []]);
});

test('given paths that lead elsewhere, when requested with a token, then only routes are served', async (t) => {
  const { ask, held } = await serve(t);
  for (const path of [
    '/../package.json',
    '/..%2f..%2fpackage.json',
    '/./page.js',
    '//page.js',
    '/page.js/',
    '/page.js%00',
    '/video/../page.js',
    '/styles/../index.html',
    '/main.ts',
    'http://evil.example/page.js',
  ])
    assert.ok([400, 404].includes((await ask(path, { headers: { authorization } })).status ?? 0), path);
  for (const uri of ['file:///etc/passwd', '/etc/passwd', '../../etc/passwd', 'http://evil.example/', ''])
    for (const route of ['video', 'still', 'subtitles']) {
      const { status } = await ask(`/${route}?uri=${encodeURIComponent(uri)}`, {
        headers: { authorization },
      });
      assert.equal(status, 404, uri);
    }
  assert.equal(held.length, 15, 'the library decides which files there are');
});

test('given methods that the page does not need, when requested, then they are refused', async (t) => {
  const { ask } = await serve(t);
  for (const path of ['/', '/page.js', ...MEDIA])
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      assert.equal(
        (await ask(path, { method, headers: { authorization } })).status,
        405,
        `${method} ${path}`,
      );
  assert.equal((await ask('/mcp', { headers: { authorization } })).status, 405);
});

test('given a body that is too long, when sent, then it is refused and the connection ends', async (t) => {
  const { port, agents, ask } = await serve(t, { arrivalMs: 500 });
  const long = 'x'.repeat(5 * 1024 * 1024);
  const head = `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: ${authorization}\r\n`;
  for (const bytes of [
    `${head}Content-Length: 1000000000\r\n\r\n{`,
    `${head}Transfer-Encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n`,
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes);
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 413 /);
    assert.equal(answer.match(/HTTP\/1\.1 (?!408)/g)?.length, 1, 'the rest is no further request');
  }
  assert.deepEqual(agents, []);
  for (const path of ['/sign-in', '/mcp']) {
    const refused = await ask(path, {
      method: 'POST',
      headers: { authorization, origin: `http://127.0.0.1:${port}` },
      body: '{ not json',
    });
    assert.ok([400, 401].includes(refused.status ?? 0));
  }
});

test('given a head or body that does not arrive, when the time is over, then the connection ends', async (t) => {
  const { port } = await serve(t, { arrivalMs: 200 });
  const post = (route: string, more = '') =>
    `POST ${route} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\n${more}`;
  for (const bytes of [
    'GET / HT',
    post('/sign-in', 'Content-Length: 100\r\n\r\ntoken='),
    post('/mcp', `Authorization: ${authorization}\r\nContent-Length: 100\r\n\r\n{`),
    post('/mcp', `Authorization: ${authorization}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{`),
    post('/', 'Content-Length: 100\r\n'),
  ]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(bytes);
    await once(socket, 'close');
  }
});

test('given WebSockets, when opened without rights, from another site or elsewhere, then they are refused', async (t) => {
  const { url, port, clients, records } = await serve(t);
  const origin = url;
  const cookie = `goldfish-team-${port}=baked`;
  const open = async (path: string, headers: Record<string, string>) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
    const outcome = await Promise.race([
      once(socket, 'open').then(() => 101),
      once(socket, 'unexpected-response').then(([, response]) => (response as IncomingMessage).statusCode),
    ]);
    socket.on('error', () => undefined);
    socket.terminate();
    return outcome;
  };
  assert.equal(await open('/rpc', { authorization }), 101, 'a program');
  assert.equal(await open('/rpc', { cookie, origin }), 101, 'a page');
  assert.equal(await open('/rpc', { cookie }), 403, 'no browser leaves Origin out');
  assert.equal(await open('/rpc', { origin }), 401);
  assert.equal(await open('/rpc', { cookie, origin: 'http://evil.example' }), 403);
  assert.equal(await open('/rpc', { authorization, host: `evil.example:${port}` }), 421);
  assert.equal(await open(`/rpc?token=${TOKEN}`, { origin }), 401);
  assert.equal(await open(`/${TOKEN}/rpc`, { origin }), 401);
  assert.equal(await open('/other', { authorization }), 404);
  assert.deepEqual(clients, [anna, anna]);
  assert.doesNotMatch(JSON.stringify(records), new RegExp(TOKEN));
});

test('given probes and metrics, when requested, then probes learn nothing and metrics need rights to the whole library', async (t) => {
  const { ask, port } = await serve(t);
  for (const path of ['/healthz', '/readyz']) {
    const { status, text } = await ask(path, { headers: { host: '10.2.3.4' } });
    assert.deepEqual([status, text], [200, 'ok\n'], 'a probe names the address of a container');
  }
  assert.equal((await ask('/metrics')).status, 200, 'a program on this machine');
  assert.equal((await ask('/metrics', { headers: { authorization: 'Bearer goldfish_root' } })).status, 200);
  for (const headers of [
    { authorization },
    { authorization: 'Bearer bad' },
    { host: `evil.example:${port}` },
    { origin: 'http://evil.example' },
    { origin: `http://127.0.0.1:${port}` },
  ])
    assert.equal((await ask('/metrics', { headers })).status, 401, JSON.stringify(headers));
  const proxied = await serve(t, { transport: 'proxied' });
  assert.equal((await proxied.ask('/metrics')).status, 401, 'behind a proxy everybody seems to be local');
});
