import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { WebSocket } from 'ws';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { createPageAddressStore } from '../../server/src/daemon/page-address.ts';
import {
  createPageServer,
  type PageAddressStore,
  type PageServerOptions,
} from '../../server/src/http/page-server.ts';
import { createWebSocketStream } from '../../server/src/rpc/websocket-stream.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

/** A store without a saved address. */
const forgetful: PageAddressStore = { load: async () => undefined, save: async () => undefined };

/** A page server over a folder with one indexed file of 1000 bytes and one that is not indexed. */
async function harness(t: test.TestContext, store: PageAddressStore = forgetful) {
  const folder = mkdtempSync(join(root, 'p'));
  const bytes = Buffer.from(Array.from({ length: 1000 }, (_, at) => at % 251));
  const indexed = join(folder, 'a #1%.mp4');
  writeFileSync(indexed, bytes);
  writeFileSync(join(folder, 'private.mp4'), 'private');
  const assets = join(folder, 'assets');
  mkdirSync(assets);
  writeFileSync(join(assets, 'index.html'), '<!doctype html><title>Goldfish</title>');
  writeFileSync(join(assets, 'other.txt'), 'not an asset');
  const stills: unknown[] = [];
  const streams: unknown[] = [];
  const ended = Promise.withResolvers<void>();
  const options: PageServerOptions = {
    library: {
      subtitles: async ({ uri, format = 'srt', language }) => ({
        format,
        text: `WEBVTT ${uri} ${language}`,
        subtitles: 1,
      }),
      holds: (uri) => uri === pathToFileUri(indexed),
      isIndexedFile: (_uri, { bytes: size }) => size === bytes.length,
      still: async (uri, timeMs, box) => {
        stills.push({ uri, timeMs, box });
        return Buffer.from('jpeg');
      },
      plan: async (_uri, plays) =>
        plays.includes('mp4')
          ? { way: 'original' }
          : { way: 'converted', container: 'mp4', video: 'copy', audio: 'mp3' },
      async *stream(uri, conversion, startMs, signal) {
        streams.push({ uri, startMs, ...conversion });
        if (startMs === 666)
          throw new MediaFailureError({
            kind: 'truncated',
            reason: 'It was cut short.',
            remedy: 'Copy it again.',
          });
        yield Buffer.from('one');
        yield Buffer.from('two');
        if (startMs === 777) {
          await new Promise((left) => signal.addEventListener('abort', left));
          ended.resolve();
        }
      },
    },
    assets,
    // Echoes what the session would read, so that both ways are seen.
    onClient: (webSocket) => {
      const channel = createWebSocketStream(webSocket);
      channel.on('data', (chunk: Buffer) => channel.write(chunk));
      channel.on('error', () => undefined);
    },
    address: store,
    log: silentLog,
  };
  const server = createPageServer(options);
  t.after(() => server.close());
  const { url: address, bookmark } = await server.open();
  const url = new URL(address);
  const get = (route: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((done, fail) => {
      const asked = request(
        { host: url.hostname, port: url.port, path: route, method, headers },
        async (response) => {
          const chunks: Buffer[] = [];
          for await (const chunk of response) chunks.push(chunk as Buffer);
          done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        },
      );
      asked.on('error', fail);
      asked.end();
    });
  const at = (route: string) => `${url.pathname}${route}`;
  const video = (path: string) => at(`video?uri=${encodeURIComponent(pathToFileUri(path))}`);
  return {
    folder,
    indexed,
    bytes,
    options,
    server,
    url,
    bookmark,
    get,
    at,
    video,
    stills,
    streams,
    ended: ended.promise,
  };
}

test('given an indexed file, when requested, then it is served whole, by range and as headers only', async (t) => {
  const { get, video, indexed, bytes } = await harness(t);
  const whole = await get(video(indexed));
  assert.equal(whole.status, 200);
  assert.deepEqual(whole.body, bytes);
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  const part = await get(video(indexed), { Range: 'bytes=100-199' });
  assert.equal(part.status, 206);
  assert.equal(part.headers['content-range'], 'bytes 100-199/1000');
  assert.deepEqual(part.body, bytes.subarray(100, 200));
  const beyond = await get(video(indexed), { Range: 'bytes=1000-' });
  assert.deepEqual([beyond.status, beyond.headers['content-range']], [416, 'bytes */1000']);
  const changed = await get(video(indexed), { Range: 'bytes=0-1', 'If-Range': '"other"' });
  assert.equal(changed.status, 200);
  const head = await get(video(indexed), {}, 'HEAD');
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, '1000', 0]);
});

test('given HEAD, other methods or a known ETag, when a file is requested, then the answer follows RFC 9110', async (t) => {
  const { get, video, at, indexed } = await harness(t);
  for (const Range of ['bytes=100-199', 'bytes=2000-', 'bytes=-1', 'items=1']) {
    const head = await get(video(indexed), { Range }, 'HEAD');
    assert.deepEqual([head.status, head.headers['content-length']], [200, '1000'], Range);
    assert.equal(head.headers['content-range'], undefined);
  }
  const still = at(`still?uri=${encodeURIComponent(pathToFileUri(indexed))}&ms=0`);
  for (const route of [video(indexed), still, at(''), at('page.js'), at('none')])
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const refused = await get(route, {}, method);
      assert.deepEqual([refused.status, refused.headers.allow], [405, 'GET, HEAD'], `${method} ${route}`);
    }
  const { headers } = await get(video(indexed));
  const etag = String(headers.etag);
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
    for (const method of ['GET', 'HEAD']) {
      const same = await get(video(indexed), { 'If-None-Match': known, Range: 'bytes=0-9' }, method);
      assert.deepEqual([same.status, same.headers.etag, same.body.length], [304, etag, 0], known);
    }
  const part = await get(video(indexed), { 'If-None-Match': '"x"', Range: 'bytes=0-9' });
  assert.deepEqual([part.status, part.body.length], [206, 10]);
  const whole = await get(video(indexed), { 'If-None-Match': '"x"' });
  assert.deepEqual([whole.status, whole.body.length], [200, 1000]);
});

test('given paths to files that are not indexed, when requested, then none is served', async (t) => {
  const { get, at, video, folder, indexed } = await harness(t);
  assert.equal((await get(video(join(folder, 'private.mp4')))).status, 404);
  for (const route of [
    'other.txt',
    '../private.mp4',
    '..%2fprivate.mp4',
    '%2e%2e/private.mp4',
    'index.html/../../private.mp4',
    `video?uri=${encodeURIComponent(`${pathToFileUri(folder)}/x/../private.mp4`)}`,
    'video?uri=http%3A%2F%2Fexample.com%2Fa.mp4',
    'video',
    'still',
  ])
    assert.equal((await get(at(route))).status, 404, route);
  assert.equal((await get(at(''), {}, 'POST')).status, 405);
  renameSync(indexed, `${indexed}.away`);
  mkdirSync(indexed);
  assert.equal((await get(video(indexed))).status, 410);
});

test('given a wrong token, Host or Origin, when anything is requested, then it is refused', async (t) => {
  const { get, at, url } = await harness(t);
  assert.equal((await get(at(''))).status, 200);
  assert.equal((await get('/')).status, 403);
  assert.equal((await get('/wrong/')).status, 403);
  assert.equal((await get(at(''), { Host: `evil.example:${url.port}` })).status, 403);
  assert.equal((await get(at(''), { Origin: 'http://evil.example' })).status, 403);
});

test('given the page and media, when requested, then the page may run only its own script and media none', async (t) => {
  const { get, at, video, indexed } = await harness(t);
  const page = String((await get(at(''))).headers['content-security-policy']);
  assert.match(page, /default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(page, /unsafe/);
  const media = await get(video(indexed));
  assert.match(String(media.headers['content-security-policy']), /sandbox/);
  assert.equal(media.headers['x-content-type-options'], 'nosniff');
});

test('given a time and a box, when a still is requested, then the library receives them; wrong values are refused', async (t) => {
  const { get, at, stills, indexed } = await harness(t);
  const uri = encodeURIComponent(pathToFileUri(indexed));
  const still = await get(at(`still?uri=${uri}&ms=1500&width=160`));
  assert.deepEqual([still.status, still.body.toString()], [200, 'jpeg']);
  assert.deepEqual(stills, [{ uri: pathToFileUri(indexed), timeMs: 1500, box: { width: 160, height: 160 } }]);
  for (const wrong of ['ms=-1', 'ms=x', 'ms=1.5', 'width=9999', 'width=x'])
    assert.equal((await get(at(`still?uri=${uri}&${wrong}`))).status, 400, wrong);
});

test('given a WebSocket from our page, then it carries messages; given one from another page, then it is refused', async (t) => {
  const { url, at } = await harness(t);
  const address = `ws://${url.host}${at('rpc')}`;
  for (const origin of [undefined, 'http://evil.example']) {
    const stranger = new WebSocket(address, origin === undefined ? {} : { origin });
    const [error] = (await once(stranger, 'error')) as [Error];
    assert.match(error.message, /403/);
  }
  const ours = new WebSocket(address, { origin: url.origin });
  await once(ours, 'open');
  const message = { jsonrpc: '2.0', id: 1, method: 'x', params: { text: 'é\n'.repeat(100_000) } };
  ours.send(JSON.stringify(message));
  const [echo] = (await once(ours, 'message')) as [Buffer];
  assert.deepEqual(JSON.parse(echo.toString()), message);
  ours.close();
  await once(ours, 'close');
});

test('given a player that cannot play the file, when requested, then a converted stream starts at the time, without ranges', async (t) => {
  const { get, video, indexed, streams, bytes } = await harness(t);
  const converted = `${video(indexed)}&plays=webm,vp8&ms=1500`;
  const stream = await get(converted, { Range: 'bytes=0-' });
  assert.deepEqual([stream.status, stream.body.toString()], [200, 'onetwo']);
  assert.deepEqual([stream.headers['accept-ranges'], stream.headers['content-type']], ['none', 'video/mp4']);
  assert.match(String(stream.headers['content-security-policy']), /sandbox/);
  const asked = { uri: pathToFileUri(indexed), startMs: 1500, container: 'mp4', video: 'copy', audio: 'mp3' };
  assert.deepEqual(streams, [{ ...asked, way: 'converted' }]);
  assert.deepEqual((await get(converted, {}, 'HEAD')).status, 200);
  assert.equal(streams.length, 1, 'a HEAD converts nothing');
  const original = await get(`${video(indexed)}&plays=mp4,h264&ms=1500`, { Range: 'bytes=1-2' });
  assert.deepEqual([original.status, original.body], [206, bytes.subarray(1, 3)]);
});

test('given a file that is not indexed, a wrong token or a wrong time, when a stream is requested, then none is started', async (t) => {
  const { get, at, video, folder, indexed, streams } = await harness(t);
  assert.equal((await get(`${video(join(folder, 'private.mp4'))}&plays=webm`)).status, 404);
  assert.equal((await get(`/wrong/video?plays=webm`)).status, 403);
  assert.equal((await get(`${video(indexed)}&plays=webm`, { Origin: 'http://evil.example' })).status, 403);
  assert.equal((await get(at('video?plays=webm'))).status, 404);
  for (const wrong of ['ms=-1', 'ms=x', 'ms=1.5', `ms=1,${'x'.repeat(600)}`])
    assert.equal((await get(`${video(indexed)}&plays=webm&${wrong}`)).status, 400, wrong);
  assert.equal((await get(`${video(indexed)}&ms=1&plays=${'x'.repeat(600)}`)).status, 400);
  assert.deepEqual(streams, []);
});

test('given a conversion that fails, then the response has the reason; given a client that leaves, then the conversion ends', async (t) => {
  const { get, video, indexed, url, ended } = await harness(t);
  const failed = await get(`${video(indexed)}&plays=webm&ms=666`);
  assert.deepEqual([failed.status, failed.body.toString()], [410, 'It was cut short.']);
  const asked = request({ host: url.hostname, port: url.port, path: `${video(indexed)}&plays=webm&ms=777` });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await once(response, 'data');
  response.destroy();
  await ended;
});

/** What a browser sends when its user opens an address. */
const TYPED = { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'document' };
const cookieOf = ({ headers }: { readonly headers: Record<string, unknown> }) =>
  String((headers['set-cookie'] as readonly string[] | undefined)?.[0]).split(';')[0] ?? '';

test('given a browser, when it opens the address with the token, then it gets a cookie and an address without the token', async (t) => {
  const { get, at, url, bookmark } = await harness(t);
  const opened = await get(at('?v=a&t=3'), TYPED);
  assert.deepEqual([opened.status, opened.headers.location], [303, '/?v=a&t=3']);
  const cookie = String((opened.headers['set-cookie'] as readonly string[])[0]);
  assert.match(cookie, /; HttpOnly/);
  assert.match(cookie, /; SameSite=Strict/);
  assert.ok(!cookie.includes(url.pathname.slice(1, -1)), 'the cookie does not tell the token');
  assert.equal(bookmark, `http://127.0.0.1:${url.port}/`);
  const page = await get('/?v=a&t=3', { ...TYPED, Cookie: `other=1; ${cookieOf(opened)}` });
  assert.deepEqual([page.status, page.headers['content-type']], [200, 'text/html; charset=utf-8']);
});

test('given the cookie, when our page loads pictures and opens its WebSocket, then both are served', async (t) => {
  const { get, at, url, indexed } = await harness(t);
  const cookie = cookieOf(await get(at(''), TYPED));
  const still = `/still?uri=${encodeURIComponent(pathToFileUri(indexed))}`;
  assert.equal((await get(still, { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' })).status, 200);
  const ours = new WebSocket(`ws://${url.host}/rpc`, { origin: url.origin, headers: { Cookie: cookie } });
  await once(ours, 'open');
  ours.close();
  await once(ours, 'close');
});

test('given the cookie, when another page or port uses it, or it is wrong, then the request is refused', async (t) => {
  const { get, at, url } = await harness(t);
  const Cookie = cookieOf(await get(at(''), TYPED));
  for (const site of ['same-site', 'cross-site', 'nonsense'])
    assert.equal((await get('/', { Cookie, 'Sec-Fetch-Site': site })).status, 403, site);
  assert.equal((await get('/', { Cookie })).status, 403, 'a browser that does not say who asks');
  for (const wrong of ['', `${Cookie}x`, Cookie.replace(/=.*/, '='), Cookie.replace(/\d+=/, '1='), 'a;;=;b'])
    assert.equal((await get('/', { ...TYPED, Cookie: wrong })).status, 403, wrong);
  assert.equal((await get('/', { ...TYPED, Cookie, Origin: 'http://127.0.0.1:1' })).status, 403);
  const stranger = new WebSocket(`ws://${url.host}/rpc`, {
    origin: 'http://127.0.0.1:1',
    headers: { Cookie },
  });
  const [error] = (await once(stranger, 'error')) as [Error];
  assert.match(error.message, /403/);
});

test('given an editor or another site that opens the address, when it loads the page, then no redirect loses its access', async (t) => {
  const { get, at } = await harness(t);
  const openings: readonly Record<string, string>[] = [
    {},
    { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Dest': 'document' },
    { 'Sec-Fetch-Site': 'none', 'Sec-Fetch-Dest': 'iframe' },
  ];
  for (const headers of openings)
    assert.equal((await get(at(''), headers)).status, 200, JSON.stringify(headers));
});

test('given subtitles of an indexed video, when a player loads them, then they are WebVTT of its language', async (t) => {
  const { get, at, indexed, folder } = await harness(t);
  const route = (path: string) => at(`subtitles?uri=${encodeURIComponent(pathToFileUri(path))}&language=de`);
  const { status, headers, body } = await get(route(indexed));
  assert.deepEqual([status, headers['content-type']], [200, 'text/vtt; charset=utf-8']);
  assert.equal(body.toString(), `WEBVTT ${pathToFileUri(indexed)} de`);
  assert.equal((await get(route(join(folder, 'private.mp4')))).status, 404);
});

/** A file as the daemon has it, and what it complained about. */
function savedAddress() {
  const path = join(mkdtempSync(join(root, 'a')), 'page.json');
  const problems: string[] = [];
  return { path, problems, store: createPageAddressStore(path, (problem) => problems.push(problem)) };
}

test('given a page that was opened, when another server takes over, then address and cookie still work', async (t) => {
  const { path, store, problems } = savedAddress();
  const first = await harness(t, store);
  const cookie = cookieOf(await first.get(first.at(''), TYPED));
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  first.server.close();
  const second = await harness(t, store);
  assert.equal(second.url.href, first.url.href);
  assert.equal((await second.get('/', { ...TYPED, Cookie: cookie })).status, 200);
  assert.deepEqual(problems, []);
});

test('given a saved port that another program uses, when the page is opened, then port and token are new and saved', async (t) => {
  const { path, store } = savedAddress();
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const saved = { port: (other.address() as AddressInfo).port, token: 'x'.repeat(32) };
  await store.save(saved);
  const { url, get, at } = await harness(t, store);
  assert.equal((await get(at(''))).status, 200);
  assert.notEqual(Number(url.port), saved.port);
  assert.equal((await get(`/${saved.token}/`)).status, 403);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), {
    port: Number(url.port),
    token: url.pathname.slice(1, -1),
  });
});

test('given a saved address that is broken, or that others can read, when the page is opened, then the token is new', async (t) => {
  const token = 'y'.repeat(32);
  const broken = ['', '{', 'null', '[]', '{"port":80,"token":"a"}', JSON.stringify({ port: 1e9, token })];
  for (const text of broken) {
    const { path, store, problems } = savedAddress();
    writeFileSync(path, text, { mode: 0o600 });
    const { get, at } = await harness(t, store);
    assert.equal((await get(at(''))).status, 200, text);
    assert.equal(problems.length, 1, text);
  }
  if (process.platform === 'win32') return;
  const { path, store, problems } = savedAddress();
  writeFileSync(path, JSON.stringify({ port: 23_456, token }));
  chmodSync(path, 0o644);
  const { get, at, url } = await harness(t, store);
  assert.equal((await get(at(''))).status, 200);
  assert.notEqual(url.pathname, `/${token}/`);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(problems.join(), /read by other users/);
});

test('given an address that cannot be saved, when the page is opened, then it is served and the reason is reported', async (t) => {
  const problems: string[] = [];
  const store = createPageAddressStore(join(root, 'missing', 'page.json'), (problem) =>
    problems.push(problem),
  );
  const { get, at } = await harness(t, store);
  assert.equal((await get(at(''))).status, 200);
  assert.match(problems.join(), /cannot be written/);
});

test('given a page, when the server resumes, then it listens only if the page was opened before', async (t) => {
  const { path, store } = savedAddress();
  const first = await harness(t, store);
  first.server.close();
  const resumed = createPageServer(first.options);
  t.after(() => resumed.close());
  await resumed.resume();
  assert.equal((await first.get(first.at(''))).status, 200);
  rmSync(path);
  const fresh = createPageServer(first.options);
  t.after(() => fresh.close());
  await fresh.resume();
  assert.ok(!existsSync(path));
});
