import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createMediaLocator } from '../../server/src/adapters/media-cache/locate-media.ts';
import { createNodeDisk } from '../../server/src/adapters/node-disk/disk.ts';
import { fileUriToPath, pathToFileUri } from '../../server/src/base/file-uri.ts';
import { silentLog } from '../../server/src/base/log.ts';
import { toMediaUrl } from '../../server/src/base/media-ticket.ts';
import { MediaUnreachableError } from '../../server/src/core/errors/media-unreachable.ts';
import { startMediaServer } from '../../server/src/http/media-server.ts';
import { tempFolder } from '../support/temp-folder.ts';

const TOKEN = 'a secret of the data folder';
const disk = createNodeDisk();
const never = new AbortController().signal;

/** A file of the daemon, its server, and a worker that has another folder. */
async function setUp(t: TestContext, { token = TOKEN, cacheBytes = 1e9, bytes = 3_000_000 } = {}) {
  const root = tempFolder();
  const [daemonFolder, sharedFolder, cacheFolder] = ['daemon', 'shared', 'cache'].map((name) =>
    join(root, name),
  );
  assert.ok(daemonFolder && sharedFolder && cacheFolder);
  mkdirSync(daemonFolder);
  mkdirSync(sharedFolder);
  const content = Buffer.alloc(bytes, 'video');
  const path = join(daemonFolder, 'a b.mp4');
  writeFileSync(path, content);
  const uri = pathToFileUri(path);
  const copy = { uri, bytes, sample: await disk.sample(uri, never) };
  const indexed = new Set([uri]);
  const server = await startMediaServer({
    library: { holds: (asked) => indexed.has(asked), isIndexedFile: () => true },
    address: '127.0.0.1:0',
    token: TOKEN,
    log: silentLog,
  });
  t.after(() => server.close());
  const locator = createMediaLocator({
    mappings: [{ from: daemonFolder, to: sharedFolder }],
    cacheFolder,
    cacheBytes,
    token,
    mediaUrl: () => server.url,
    sample: (asked, signal) => disk.sample(asked, signal),
  });
  return { root, path, sharedFolder, cacheFolder, content, uri, copy, indexed, server, locator };
}

const isUnreachable = (pattern: RegExp) => (error: unknown) =>
  error instanceof MediaUnreachableError && pattern.test(error.message);

test('given a shared folder with the file, when it is located, then it is read there and nothing is fetched', async (t) => {
  const { locator, copy, content, sharedFolder, cacheFolder } = await setUp(t);
  writeFileSync(join(sharedFolder, 'a b.mp4'), content);
  const { uri } = await locator.locate(copy, never);
  assert.equal(uri, pathToFileUri(join(sharedFolder, 'a b.mp4')));
  assert.equal(existsSync(cacheFolder), false);
});

test('given a shared folder with another file of that name and size, when it is located, then it is fetched from the daemon', async (t) => {
  const { locator, copy, content, sharedFolder, cacheFolder } = await setUp(t);
  writeFileSync(join(sharedFolder, 'a b.mp4'), Buffer.alloc(content.length, 'other'));
  const found = await locator.locate(copy, never);
  assert.deepEqual(readFileSync(fileUriToPath(found.uri)), content);
  assert.equal(readdirSync(cacheFolder).length, 1);
  found.release();
});

test('given two tasks on one file, when both locate it at once, then it is fetched once and whole', async (t) => {
  const { locator, copy, content, cacheFolder } = await setUp(t, { bytes: 40_000_000 });
  const found = await Promise.all([locator.locate(copy, never), locator.locate(copy, never)]);
  assert.equal(found[0].uri, found[1].uri);
  assert.ok(readFileSync(fileUriToPath(found[0].uri)).equals(content));
  assert.deepEqual(
    readdirSync(cacheFolder).map((name) => name.endsWith('.mp4')),
    [true],
  );
});

test('given half of a file from an earlier fetch, when it is located, then only the rest is fetched', async (t) => {
  const { locator, copy, content, cacheFolder } = await setUp(t);
  mkdirSync(cacheFolder);
  const { uri } = await locator.locate(copy, never);
  const name = fileUriToPath(uri).toString();
  const other = await setUp(t);
  mkdirSync(other.cacheFolder);
  const part = join(other.cacheFolder, `${name.slice(name.lastIndexOf('/') + 1)}.part`);
  appendFileSync(part, content.subarray(0, 1_000_000));
  const found = await other.locator.locate(other.copy, never);
  assert.ok(readFileSync(fileUriToPath(found.uri)).equals(content));
});

test('given a cache that is full, when another file is located, then the unused file makes room, and one in use stays', async (t) => {
  const first = await setUp(t, { cacheBytes: 4_000_000 });
  const one = await first.locator.locate(first.copy, never);
  const path = join(first.root, 'daemon', 'c.mp4');
  writeFileSync(path, Buffer.alloc(2_000_000, 'third'));
  const uri = pathToFileUri(path);
  first.indexed.add(uri);
  const other = { uri, bytes: 2_000_000, sample: await disk.sample(uri, never) };
  (await first.locator.locate(other, never)).release();
  assert.equal(readdirSync(first.cacheFolder).length, 2, 'a file in use stays');
  one.release();
  const big = { ...first.copy, bytes: 5_000_000 };
  await assert.rejects(first.locator.locate(big, never), isUnreachable(/--cache-gb/));
});

test('given a file that the daemon lost, or a worker without or with a wrong token, when it is located, then the error says what to do', async (t) => {
  const { locator, copy, indexed } = await setUp(t);
  indexed.clear();
  await assert.rejects(locator.locate(copy, never), isUnreachable(/answered 404/));
  const without = await setUp(t, { token: '' });
  await assert.rejects(
    without.locator.locate(without.copy, never),
    isUnreachable(/goldfish workers --token/),
  );
  const wrong = await setUp(t, { token: 'guessed' });
  await assert.rejects(
    wrong.locator.locate(wrong.copy, never),
    isUnreachable(/answered 403 .*The signature is wrong/),
  );
});

/** Requests a path as it is, without the clean-up that `fetch` does. */
function requestStatus(base: string, path: string, method = 'GET'): Promise<number | undefined> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
    request.end();
  });
}

test('given a media server, when it is asked for anything without a right signature, then it serves nothing', async (t) => {
  const { server, uri, path } = await setUp(t);
  const now = Date.now();
  const good = new URL(toMediaUrl(server.url, TOKEN, uri, now));
  assert.equal(await requestStatus(server.url, good.pathname + good.search), 200);
  assert.equal(await requestStatus(server.url, good.pathname + good.search, 'POST'), 405);
  const passwd = pathToFileUri('/etc/passwd');
  const signed = new URL(toMediaUrl(server.url, TOKEN, passwd, now));
  assert.equal(
    await requestStatus(server.url, signed.pathname + signed.search),
    404,
    'a file that is not indexed',
  );
  const otherFile = new URLSearchParams(good.search);
  otherFile.set('uri', passwd);
  const later = new URLSearchParams(good.search);
  later.set('until', String(now + 100_000_000));
  const old = new URL(toMediaUrl(server.url, TOKEN, uri, now - 4_000_000));
  for (const attempt of [
    '/',
    '/media',
    `/media?uri=${encodeURIComponent(uri)}`,
    `/media?uri=${encodeURIComponent(uri)}&until=9999999999999&signature=`,
    `/media?${otherFile}`,
    `/media?${later}`,
    `/media${old.search}`,
    encodeURI(path),
    '/../../etc/passwd',
    '/media/../../../etc/passwd',
  ])
    assert.equal(await requestStatus(server.url, attempt), 403, attempt);
});
