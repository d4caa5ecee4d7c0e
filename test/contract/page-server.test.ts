import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { WebSocket } from 'ws';
import { pathToFileUri } from '../../server/src/base/file-uri.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { createPageServer } from '../../server/src/http/page-server.ts';
import { createWebSocketStream } from '../../server/src/rpc/websocket-stream.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

/** A page server over a folder with one indexed file of 1000 bytes and one that is not indexed. */
async function harness(t: test.TestContext) {
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
  const server = createPageServer({
    library: {
      holds: (uri) => uri === pathToFileUri(indexed),
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
    log: silentLog,
  });
  t.after(() => server.close());
  const url = new URL(await server.url());
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
  return { folder, indexed, bytes, url, get, at, video, stills, streams, ended: ended.promise };
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
