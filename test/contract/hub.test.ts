import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import test from 'node:test';
import type { ModelHub } from '../../server/src/adapters/hub/hub-request.ts';
import { findModelPin } from '../../server/src/adapters/hub/pin-model.ts';
import { type ModelPullOptions, pullModelFiles } from '../../server/src/adapters/hub/pull-model.ts';
import { findSharedModel } from '../../server/src/adapters/models/hugging-face-cache.ts';
import {
  findCachedModel,
  LOCK_FILE_NAME,
  toModelFolder,
} from '../../server/src/adapters/models/model-cache.ts';
import { createTransformersCaptioner } from '../../server/src/adapters/transformers/captioner.ts';
import { findReaderLayout } from '../../server/src/adapters/transformers/reader-layout.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { type HubServerOptions, hubServer } from '../support/hub-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { TINY, TINY_HOST } from '../support/tiny-scenes.ts';

const never = new AbortController().signal;
const ID = 'tests/tiny';
const DECODER = 'onnx/decoder_model_merged.onnx';

async function open(t: test.TestContext, more: Partial<HubServerOptions> = {}) {
  const server = await hubServer({ id: ID, folder: TINY_HOST.folder, ...more });
  t.after(() => server.close());
  const retries: string[] = [];
  const hub: ModelHub = {
    endpoint: server.endpoint,
    token: more.token,
    answerTimeoutMs: 5000,
    silenceMs: 5000,
    retries: 3,
    backOffMs: 1,
    onRetry: (message) => retries.push(message),
  };
  const modelsDir = tempFolder();
  const shares: number[] = [];
  const waiting: { file: string; bytes: number; resolve: () => void }[] = [];
  const starts = new Map<string, number>();
  /** Resolves once so many bytes of a file have been written. */
  const taken = (file: string, bytes: number) =>
    new Promise<void>((resolve) => waiting.push({ file, bytes, resolve }));
  const options: ModelPullOptions = {
    id: ID,
    revision: 'main',
    modelFolder: toModelFolder(modelsDir, ID),
    lockFileName: LOCK_FILE_NAME,
    accelerator: false,
    pinnedHashes: new Map(),
    onProgress: ({ file, bytes, totalBytes }) => {
      shares.push(bytes / totalBytes);
      // A file's first progress tells what came before it.
      if (!starts.has(file)) starts.set(file, bytes);
      const own = bytes - (starts.get(file) ?? 0);
      for (const each of waiting) if (each.file === file && own >= each.bytes) each.resolve();
    },
  };
  return { server, hub, modelsDir, options, retries, shares, taken };
}

const unavailable =
  (message: RegExp, remedy = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof ModelUnavailableError, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    return true;
  };

function same(folder: string): void {
  for (const name of ['config.json', 'tokenizer.json', DECODER, 'onnx/vision_encoder.onnx']) {
    assert.deepEqual(readFileSync(join(folder, name)), readFileSync(join(TINY_HOST.folder, name)), name);
  }
}

test('given a model on the hub, when pulled, then its files are complete, verified and recorded, and it can caption', async (t) => {
  const extra = {
    'model.safetensors': Buffer.from('weights of another framework'),
    'README.md': Buffer.from('#'),
  };
  const { server, hub, modelsDir, options, shares } = await open(t, { more: extra, page: 3 });
  const pulled = await pullModelFiles(hub, options, never);
  same(pulled.folder);
  assert.equal(pulled.licence, 'apache-2.0');
  assert.equal(pulled.revision, server.revision);
  assert.equal(shares.at(-1), 1);
  assert.deepEqual(
    shares,
    [...shares].sort((a, b) => a - b),
  );
  const here = findCachedModel(modelsDir, ID);
  assert.equal(here?.folder, pulled.folder);
  assert.ok(here?.files.some(({ path, sha256 }) => path === DECODER && /^[0-9a-f]{64}$/.test(sha256)));
  for (const name of Object.keys(extra)) assert.equal(existsSync(join(pulled.folder, name)), false);
  const captioner = createTransformersCaptioner(TINY, { ...TINY_HOST, folder: pulled.folder });
  t.after(() => captioner.close());
  assert.equal((await captioner.health(never)).device, 'cpu');
});

test('given connections that break, when a model is pulled, then each retry resumes at the last byte', async (t) => {
  const { server, hub, options, retries, taken } = await open(t);
  server.faults.set(DECODER, [
    { cutAfter: 100_000, taken: taken(DECODER, 100_000) },
    { cutAfter: 50_000, taken: taken(DECODER, 150_000) },
  ]);
  same((await pullModelFiles(hub, options, never)).folder);
  const ranges = server.requests
    .filter(({ at, path }) => at === 'cdn' && path === DECODER)
    .map(({ range }) => range);
  assert.deepEqual(ranges, [undefined, 'bytes=100000-', 'bytes=150000-']);
  assert.equal(retries.length, 2);
});

test('given an aborted pull, when it is started again, then finished files are not fetched again', async (t) => {
  const { server, hub, options } = await open(t);
  const stop = new AbortController();
  const reason = new Error('enough');
  const breakOff: ModelPullOptions = {
    ...options,
    onProgress: ({ file, bytes, totalBytes }) => {
      if (file.endsWith('vision_encoder.onnx') && bytes > totalBytes / 3) stop.abort(reason);
    },
  };
  await assert.rejects(pullModelFiles(hub, breakOff, stop.signal), reason);
  const before = server.requests.length;
  same((await pullModelFiles(hub, options, never)).folder);
  const again = server.requests
    .slice(before)
    .filter(({ at }) => at === 'cdn')
    .map(({ path }) => path);
  assert.equal(again.includes(DECODER), false, 'a whole file is not fetched twice');
});

test('given a host without range requests, when a download breaks, then the whole file is fetched again', async (t) => {
  const { server, hub, options, taken } = await open(t);
  server.ignoreRanges = true;
  server.faults.set(DECODER, [{ cutAfter: 100_000, taken: taken(DECODER, 100_000) }]);
  same((await pullModelFiles(hub, options, never)).folder);
  const ranges = server.requests
    .filter(({ at, path }) => at === 'cdn' && path === DECODER)
    .map(({ range }) => range);
  assert.deepEqual(ranges, [undefined, 'bytes=100000-']);
});

test('given wrong contents, when a file is pulled, then it is fetched again, and refused the second time', async (t) => {
  const first = await open(t);
  first.server.faults.set(DECODER, [{ wrong: true }]);
  same((await pullModelFiles(first.hub, first.options, never)).folder);
  assert.match(first.retries.join(), /wrong contents/);
  const second = await open(t);
  second.server.faults.set('tokenizer.json', [{ wrong: true }, { wrong: true }]);
  await assert.rejects(
    pullModelFiles(second.hub, second.options, never),
    unavailable(/tokenizer.json .* wrong contents/),
  );
  assert.equal(findCachedModel(second.modelsDir, ID), undefined);
});

test('given status 429, server errors and silence, when a model is pulled, then it retries until it has all', async (t) => {
  const { server, hub, options, retries } = await open(t);
  server.apiFaults.push({ status: 429, retryAfter: '0' }, { status: 500 });
  server.faults.set(DECODER, [{ status: 503 }, { silent: true }]);
  same((await pullModelFiles({ ...hub, silenceMs: 200 }, options, never)).folder);
  assert.match(retries.join('\n'), /429[\s\S]*500[\s\S]*503[\s\S]*no data for 0.2 s/);
});

test('given an unreachable hub, when a model is pulled, then the error names the remedy', async (t) => {
  const { server, hub, options } = await open(t);
  await server.close();
  await assert.rejects(
    pullModelFiles({ ...hub, retries: 1 }, options, never),
    unavailable(/fetch failed/, /HF_ENDPOINT/),
  );
});

test('given a hub that accepts connections and never answers, when a model is pulled, then it fails after two tries', async (t) => {
  const { server, hub, options, retries } = await open(t);
  server.apiFaults.push(...Array.from({ length: 9 }, () => ({ silent: true }) as const));
  await assert.rejects(
    pullModelFiles({ ...hub, answerTimeoutMs: 50 }, options, never),
    unavailable(/no data for 0.05 s/, /network/),
  );
  assert.equal(retries.length, 1, 'whoever has never answered is asked twice');
});

test('given a complete model, when it is pulled again, then it is verified and no file is fetched', async (t) => {
  const { server, hub, options, modelsDir } = await open(t);
  const { folder } = await pullModelFiles(hub, options, never);
  const before = server.requests.length;
  assert.equal((await pullModelFiles(hub, options, never)).folder, folder);
  const again = server.requests.slice(before).filter(({ at }) => at !== 'api');
  assert.deepEqual(again, []);
  same(folder);
  assert.ok(findCachedModel(modelsDir, ID));
});

test('given a model that another program downloaded, when it is pulled, then its files are verified and not fetched', async (t) => {
  const { server, hub, options, modelsDir } = await open(t);
  const model = await pullModelFiles(hub, { ...options, sharedFolder: TINY_HOST.folder }, never);
  assert.ok(findCachedModel(modelsDir, ID));
  assert.ok(model.files.length > 0);
  assert.deepEqual(
    server.requests.filter(({ at }) => at !== 'api'),
    [],
  );
});

test("given Hugging Face's cache, when a model is pulled, then its own programs find the files there, without a second copy", async (t) => {
  const { server, hub, options } = await open(t);
  const cache = join(tempFolder(), 'hub');
  const { folder, files } = await pullModelFiles(hub, { ...options, sharedCache: cache }, never);
  const model = join(cache, 'models--tests--tiny');
  assert.equal(readFileSync(join(model, 'refs/main'), 'utf8'), server.revision);
  for (const { path, sha256 } of files) {
    const shared = join(model, 'snapshots', server.revision, path);
    assert.deepEqual(readFileSync(shared), readFileSync(join(folder, path)), path);
    const blob = realpathSync(shared);
    assert.equal(dirname(blob), realpathSync(join(model, 'blobs')), path);
    // Large files are named by their SHA-256, files in git by the hash of the blob.
    const content = readFileSync(shared);
    const gitHash = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    assert.equal(basename(blob), path.endsWith('.onnx') ? sha256 : gitHash, path);
    assert.equal(statSync(blob).ino, statSync(join(folder, path)).ino, 'the same file on the disk');
  }
  const found = findSharedModel({ HF_HUB_CACHE: cache }, ID, undefined);
  assert.deepEqual(found, { revision: server.revision, folder: join(model, 'snapshots', server.revision) });
  await pullModelFiles(hub, { ...options, sharedCache: cache }, never);
});

test('given files and a branch that another program has stored, when a model is pulled, then they stay as they are', async (t) => {
  const { server, hub, options } = await open(t);
  const cache = tempFolder();
  const model = join(cache, 'models--tests--tiny');
  const older = 'b'.repeat(40);
  const own = join(model, 'snapshots', server.revision, 'config.json');
  for (const [path, text] of [
    [join(model, 'refs/main'), older],
    [own, '{"of": "another program"}'],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  await pullModelFiles(hub, { ...options, sharedCache: cache }, never);
  assert.equal(readFileSync(join(model, 'refs/main'), 'utf8'), older);
  assert.equal(readFileSync(own, 'utf8'), '{"of": "another program"}');
  assert.ok(existsSync(join(model, 'snapshots', server.revision, DECODER)));
});

test('given a cache that cannot be written, when a model is pulled, then it can be used, and the reason is reported', async (t) => {
  const { hub, options, modelsDir } = await open(t);
  const cache = join(tempFolder(), 'hub');
  writeFileSync(cache, 'a file where the folder should be');
  const reasons: string[] = [];
  const onNotShared = (reason: string) => reasons.push(reason);
  await pullModelFiles(hub, { ...options, sharedCache: cache, onNotShared }, never);
  assert.ok(findCachedModel(modelsDir, ID));
  assert.equal(reasons.length, 1);
  assert.match(reasons[0] ?? '', /ENOTDIR|EEXIST/);
});

test('given a model in two repositories, when pulled, then each lies in its folder, and a reader finds its graphs', async (t) => {
  const graph = Buffer.from('a graph');
  const more = { 'inference.onnx': graph, 'inference.yml': Buffer.from('x: 1'), 'other/big.onnx': graph };
  const { hub, options, modelsDir, server } = await open(t, { more });
  const parts = [
    { id: ID, folder: 'rec' },
    { id: ID, folder: 'det' },
  ];
  const { folder, files } = await pullModelFiles(hub, { ...options, parts }, never);
  assert.ok(findCachedModel(modelsDir, ID));
  assert.ok(files.every(({ path }) => !path.includes('big.onnx')));
  assert.deepEqual(readFileSync(join(folder, 'det/inference.onnx')), graph);
  const names = files.map(({ path }) => path);
  assert.deepEqual(findReaderLayout(names), {
    detector: 'det/inference.onnx',
    recogniser: 'rec/inference.onnx',
    characters: undefined,
  });
  const before = server.requests.length;
  await pullModelFiles(hub, { ...options, parts }, never);
  assert.ok(server.requests.slice(before).every(({ at }) => at === 'api'));
});

test('given a truncated or damaged file, when the model is pulled again, then only that file is fetched', async (t) => {
  const { server, hub, options, modelsDir } = await open(t);
  const { folder } = await pullModelFiles(hub, options, never);
  const vision = join(folder, 'onnx/vision_encoder.onnx');
  const bytes = readFileSync(vision);
  writeFileSync(vision, bytes.subarray(0, 1000));
  assert.equal(findCachedModel(modelsDir, ID), undefined, 'a model that is not whole is not taken');
  const refetched = async () => {
    const before = server.requests.length;
    await pullModelFiles(hub, options, never);
    const files = server.requests.slice(before).filter(({ at }) => at === 'cdn');
    return files.map(({ path }) => path);
  };
  assert.deepEqual(await refetched(), ['onnx/vision_encoder.onnx']);
  same(folder);
  bytes[500] = (bytes[500] ?? 0) ^ 0xff;
  writeFileSync(vision, bytes);
  assert.deepEqual(await refetched(), ['onnx/vision_encoder.onnx']);
  same(folder);
  assert.ok(findCachedModel(modelsDir, ID));
});

test('given a missing model, a gated one and one without ONNX graphs, when pulled, then each error says which', async (t) => {
  const { hub, options } = await open(t);
  await assert.rejects(
    pullModelFiles(hub, { ...options, id: 'tests/other' }, never),
    unavailable(/404/, /id/),
  );
  const gated = await open(t, { token: 'hf_secret' });
  await assert.rejects(
    pullModelFiles({ ...gated.hub, token: undefined }, gated.options, never),
    unavailable(/401/, /HF_TOKEN/),
  );
  const folder = tempFolder();
  writeFileSync(join(folder, 'config.json'), '{}');
  const bare = await open(t, { folder });
  await assert.rejects(pullModelFiles(bare.hub, bare.options, never), unavailable(/no ONNX graphs/));
});

test('given a hub that answers 401 for a missing model, when pulled, then the remedy is to check the id', async (t) => {
  const { hub, options } = await open(t, { hidesMissing: true });
  await assert.rejects(
    pullModelFiles(hub, { ...options, id: 'tests/other' }, never),
    unavailable(/401/, /no such model/),
  );
});

test('given a model with several licences, when pulled, then all are locked', async (t) => {
  const { hub, options, modelsDir } = await open(t, { license: ['apache-2.0', 'mit'] });
  await pullModelFiles(hub, options, never);
  assert.equal(findCachedModel(modelsDir, ID)?.licence, 'apache-2.0 OR mit');
});

test('given a file that can be compressed, when pulled, then it is asked for as it is, so that sizes and ranges fit', async (t) => {
  const { server, hub, options } = await open(t);
  await pullModelFiles(hub, options, never);
  assert.ok(server.requests.every(({ acceptEncoding }) => acceptEncoding === 'identity'));
});

test('given an access token, when files are pulled, then only the hub receives it, not the host it redirects to', async (t) => {
  const { server, hub, options } = await open(t, { token: 'hf_secret' });
  await pullModelFiles(hub, options, never);
  const sent = (at: string) =>
    new Set(server.requests.filter((each) => each.at === at).map((each) => each.authorization));
  assert.deepEqual(sent('hub'), new Set(['Bearer hf_secret']));
  assert.deepEqual(sent('cdn'), new Set([undefined]));
});

test('given a file whose hash differs from the pinned one, when pulled, then it is refused before it is fetched', async (t) => {
  const { server, hub, options } = await open(t);
  const pinned = new Map([[DECODER, '0'.repeat(64)]]);
  await assert.rejects(
    pullModelFiles(hub, { ...options, pinnedHashes: pinned }, never),
    unavailable(/differs from the file pinned/),
  );
  assert.equal(
    server.requests.some(({ at }) => at === 'cdn'),
    false,
  );
});

test('given a pinned file without a hash on the hub, when pulled, then it is verified after the download and refused', async (t) => {
  const { hub, options, modelsDir } = await open(t);
  const pinned = new Map([['config.json', '0'.repeat(64)]]);
  await assert.rejects(
    pullModelFiles(hub, { ...options, pinnedHashes: pinned }, never),
    unavailable(/config\.json .* differs from the file pinned/),
  );
  assert.equal(findCachedModel(modelsDir, ID), undefined);
});

test('given a model on the hub, when it is pinned, then sizes and hashes come from the hub, or null, without a download', async (t) => {
  const { server, hub } = await open(t, {
    more: { 'onnx/decoder_model_merged_fp16.onnx': Buffer.from('half') },
  });
  const told = await findModelPin(hub, ID, 'main', never);
  assert.deepEqual([told.revision, told.licence], [server.revision, 'apache-2.0']);
  const file = (path: string) => told.files.find((each) => each.path === path);
  const config = readFileSync(join(TINY_HOST.folder, 'config.json'));
  assert.deepEqual(file('config.json'), { path: 'config.json', bytes: config.length, sha256: null });
  const decoder = readFileSync(join(TINY_HOST.folder, DECODER));
  const sha256 = createHash('sha256').update(decoder).digest('hex');
  assert.deepEqual(file(DECODER), { path: DECODER, bytes: decoder.length, sha256 });
  assert.ok(file('onnx/decoder_model_merged_fp16.onnx'), 'those for an accelerator are pinned too');
  assert.equal(
    server.requests.some(({ at }) => at !== 'api'),
    false,
    'no file is fetched for it',
  );
});

test('given file names that lead out of the folder, when a model is pulled, then they are left out', async (t) => {
  const more = { '../evil.json': Buffer.from('{}'), 'onnx/../../evil.json': Buffer.from('{}') };
  const { hub, options, modelsDir } = await open(t, { more });
  const { folder } = await pullModelFiles(hub, options, never);
  same(folder);
  const all = readdirSync(modelsDir, { recursive: true }).map(String);
  assert.equal(
    all.some((name) => name.includes('evil')),
    false,
  );
});
