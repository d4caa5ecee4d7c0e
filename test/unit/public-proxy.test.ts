import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { isPublicAddress } from '../../server/src/base/public-address.ts';
import {
  findUserProxy,
  type PublicProxyOptions,
  startPublicProxy,
} from '../../server/src/base/public-proxy.ts';
import { proxyServer } from '../support/proxy-server.ts';

async function startProxy(t: TestContext, options: PublicProxyOptions) {
  const proxy = await startPublicProxy(options);
  t.after(() => proxy.close());
  return proxy;
}

async function startSite(t: TestContext) {
  const paths: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    paths.push(url);
    response.end('hello');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, paths };
}

/** Fetches a URL through a proxy; returns the status and the body. */
async function fetchThrough(proxy: string, url: string): Promise<readonly [number | undefined, string]> {
  const sent = request(proxy, { path: url, agent: false }).end();
  const [response] = await once(sent, 'response');
  let body = '';
  for await (const chunk of response) body += chunk;
  return [response.statusCode, body];
}

/** Opens a tunnel to `target` and sends a request for /tunnelled through it; returns the status of the proxy and the reply. */
async function fetchByTunnel(proxy: string, target: string): Promise<readonly [number | undefined, string]> {
  const sent = request(proxy, { method: 'CONNECT', path: target, agent: false }).end();
  const [response, socket] = (await once(sent, 'connect')) as [{ statusCode?: number }, Socket];
  if (response.statusCode !== 200) {
    socket.destroy();
    return [response.statusCode, ''];
  }
  socket.write(`GET /tunnelled HTTP/1.1\r\nHost: ${target}\r\nConnection: close\r\n\r\n`);
  let reply = '';
  for await (const chunk of socket) reply += chunk;
  return [response.statusCode, reply];
}

const loopback = [{ address: '127.0.0.1', family: 4 }];

test('given a URL that spells an address of this machine in another way, when it is fetched, then it is refused', async (t) => {
  const { port, paths } = await startSite(t);
  for (const host of [
    '127.0.0.1',
    '127.1',
    '0x7f000001',
    '2130706433',
    'localhost',
    '[::1]',
    '[::ffff:127.0.0.1]',
  ]) {
    const proxy = await startProxy(t, { isAllowed: isPublicAddress });
    assert.deepEqual(await fetchThrough(proxy.url, `http://${host}:${port}/`), [403, ''], host);
    assert.equal(isPublicAddress(proxy.refused()?.address ?? '1.1.1.1'), false, host);
    assert.deepEqual(await fetchByTunnel(proxy.url, `${host}:${port}`), [403, ''], host);
  }
  assert.deepEqual(paths, []);
});

test('given an allowed address, when it is fetched, then the site answers, plainly and through a tunnel', async (t) => {
  const { port, paths } = await startSite(t);
  const { url, refused } = await startProxy(t, { isAllowed: () => true });
  assert.deepEqual(await fetchThrough(url, `http://127.0.0.1:${port}/plain?a=1`), [200, 'hello']);
  assert.match((await fetchByTunnel(url, `127.0.0.1:${port}`))[1], /^HTTP\/1\.1 200 OK.*hello/s);
  assert.deepEqual(paths, ['/plain?a=1', '/tunnelled']);
  assert.equal(refused(), undefined);
});

test('given a name whose address changes, when it is fetched twice, then the second address is checked too', async (t) => {
  const { port, paths } = await startSite(t);
  const answers = [loopback, [{ address: '10.0.0.1', family: 4 }]];
  const proxy = await startProxy(t, {
    isAllowed: (address) => address === '127.0.0.1',
    resolve: async () => answers.shift() ?? assert.fail('each connection is looked up once'),
  });
  assert.equal((await fetchThrough(proxy.url, `http://rebound.example:${port}/first`))[0], 200);
  assert.equal((await fetchThrough(proxy.url, `http://rebound.example:${port}/second`))[0], 403);
  assert.deepEqual(paths, ['/first']);
  assert.deepEqual(proxy.refused(), { hostname: 'rebound.example', address: '10.0.0.1' });
});

test('given a name with a public and a private address, or none, when it is fetched, then nothing is connected to', async (t) => {
  const { port, paths } = await startSite(t);
  const isAllowed = (address: string) => address === '127.0.0.1';
  const mixed = [...loopback, { address: '192.168.1.1', family: 4 }];
  const proxy = await startProxy(t, { isAllowed, resolve: async () => mixed });
  assert.equal((await fetchThrough(proxy.url, `http://mixed.example:${port}/`))[0], 403);
  const lost = await startProxy(t, { isAllowed, resolve: () => Promise.reject(new Error('ENOTFOUND')) });
  assert.equal((await fetchThrough(lost.url, `http://lost.example:${port}/`))[0], 502);
  assert.equal((await fetchByTunnel(lost.url, `lost.example:${port}`))[0], 502);
  assert.deepEqual(paths, []);
});

test("given the user's own proxy, when a public name is fetched, then it goes through that proxy, and a private one is refused", async (t) => {
  const { port, paths } = await startSite(t);
  const own = await proxyServer(`http://127.0.0.1:${port}`);
  t.after(() => own.close());
  const upstream = findUserProxy({ https_proxy: own.address });
  const { url } = await startProxy(t, {
    isAllowed: isPublicAddress,
    upstream,
    resolve: async (name) => (name === 'localhost' ? loopback : Promise.reject(new Error('ENOTFOUND'))),
  });
  assert.deepEqual(await fetchThrough(url, 'http://talks.example/a'), [200, 'hello']);
  assert.match((await fetchByTunnel(url, 'talks.example:443'))[1], /hello$/);
  assert.equal((await fetchThrough(url, 'http://localhost/a'))[0], 403);
  assert.deepEqual(own.asked, ['talks.example', 'talks.example:443']);
  assert.deepEqual(paths, ['/a', '/tunnelled']);
});

test('given a proxy of another kind, when a download starts, then it says what to do', () => {
  assert.equal(findUserProxy({}), undefined);
  assert.equal(findUserProxy({ HTTP_PROXY: 'proxy.example:3128' })?.href, 'http://proxy.example:3128/');
  assert.throws(() => findUserProxy({ ALL_PROXY: 'socks5://127.0.0.1:1080' }), /not an http:\/\/ proxy/);
});
