import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import test from 'node:test';
import { readManifest } from '../../server/src/adapters/models/manifest.ts';
import { fetchPackage, type NuGetFeed } from '../../server/src/adapters/nuget/fetch.ts';
import { extractFile } from '../../server/src/adapters/nuget/unzip.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import type { ManifestRuntime } from '../../server/src/core/models/manifest.ts';
import { enableGpu, gpuFeed, gpuState } from '../../server/src/daemon/run-gpu.ts';
import { runToEnd } from '../support/cli.ts';
import { nugetServer } from '../support/nuget-server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { zip } from '../support/zip.ts';

const never = new AbortController().signal;
const NAME = 'Tests.Gpu.Linux';
const VERSION = '1.2.3';
const FILES = ['runtimes/linux-x64/native/libshared.so', 'runtimes/linux-x64/native/libcuda.so'];
const content = { [FILES[0] ?? '']: randomBytes(50_000), [FILES[1] ?? '']: Buffer.alloc(300_000, 'cuda') };
const archive = zip({ ...content, '../../evil.so': Buffer.from('evil'), 'readme.txt': Buffer.from('words') });
const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function open(t: test.TestContext, bytes = archive) {
  const server = await nugetServer(NAME, VERSION, bytes);
  t.after(() => server.close());
  const retries: string[] = [];
  const onRetry = (message: string) => void retries.push(message);
  const feed: NuGetFeed = { index: server.index, silenceMs: 5000, retries: 3, pauseMs: 1, onRetry };
  const folder = tempFolder();
  return { server, feed, folder, retries, path: join(folder, 'package.nupkg') };
}

const runtimeOf = (sha256: string | null): ManifestRuntime => ({
  name: 'cuda',
  runtime: 'tests 1',
  platform: 'linux',
  arch: 'x64',
  package: NAME,
  version: VERSION,
  bytes: 1000,
  sha256,
  files: FILES,
  needs: 'Nothing',
  libraries: [],
});

const unavailable = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof ModelUnavailableError, String(error));
  assert.match(error.message, message);
  return true;
};

test('given a feed, when the package is fetched, then its libraries are next to ONNX Runtime', async (t) => {
  const { server, folder } = await open(t);
  const target = join(folder, 'bin');
  const cache = join(folder, 'cache');
  mkdirSync(target);
  const shown: number[] = [];
  const fetched = await enableGpu(
    {
      feed: server.index,
      runtime: runtimeOf(sha256Of(archive)),
      folder: target,
      cache,
      onBytes: (bytes) => shown.push(bytes),
      onRetry: assert.fail,
    },
    never,
  );
  assert.deepEqual(fetched, { bytes: archive.length, sha256: sha256Of(archive) });
  assert.deepEqual(readdirSync(target).sort(), ['libcuda.so', 'libshared.so']);
  for (const [name, bytes] of Object.entries(content))
    assert.deepEqual(readFileSync(join(target, name.split('/').at(-1) ?? '')), bytes);
  assert.deepEqual(readdirSync(cache), [], 'the package itself is not kept');
  assert.equal(shown.at(-1), archive.length);
});

test('given an interrupted connection or a passing fault, when the package is fetched, then the download resumes', async (t) => {
  const { server, feed, path, retries } = await open(t);
  const taken = Promise.withResolvers<void>();
  server.faults.push({ status: 503 }, { cutAfter: 10_000, taken: taken.promise });
  const wanted = { name: NAME, version: VERSION, sha256: null };
  const onBytes = (bytes: number) => bytes >= 10_000 && taken.resolve();
  const fetched = await fetchPackage(feed, wanted, path, onBytes, never);
  assert.equal(fetched.sha256, sha256Of(archive), 'what came is told where nothing is pinned');
  assert.equal(retries.length, 2);
  const [, range] = server.requests.at(-1)?.split(' ') ?? [];
  assert.equal(range, 'bytes=10000-');
});

test('given a package that differs from the pinned one, when it is fetched, then it is refused and deleted', async (t) => {
  const { feed, path, folder } = await open(t);
  const wanted = { name: NAME, version: VERSION, sha256: '0'.repeat(64) };
  await assert.rejects(
    fetchPackage(feed, wanted, path, () => undefined, never),
    unavailable(/differs from the pinned file/),
  );
  assert.deepEqual(readdirSync(folder), []);
});

test('given an unknown version, an invalid feed or an unreachable feed, when it is fetched, then the error says so', async (t) => {
  const { server, feed, path } = await open(t);
  const get = (from: NuGetFeed, version = VERSION) =>
    fetchPackage(from, { name: NAME, version, sha256: null }, path, () => undefined, never);
  await assert.rejects(get(feed, '9.9.9'), unavailable(/answered 404/));
  await assert.rejects(get({ ...feed, index: server.index.replace('v3', 'v2') }), unavailable(/404/));
  await server.close();
  await assert.rejects(get({ ...feed, retries: 1 }), unavailable(/fetch failed/));
});

test('given a damaged archive, when a library is extracted, then nothing is written', async (t) => {
  const { folder } = await open(t);
  const path = join(folder, 'a.zip');
  const target = join(folder, 'out.so');
  const damaged = Buffer.from(zip({ 'a.so': Buffer.alloc(1000, 'x') }, { stored: true }));
  damaged[100] = 0;
  for (const [bytes, reason] of [
    [damaged, /not a complete ZIP/],
    [archive.subarray(0, 1000), /not a complete ZIP/],
    [Buffer.from('<html>'), /not a complete ZIP/],
    [zip({ 'b.so': Buffer.from('b') }), /a\.so is not in/],
  ] as const) {
    writeFileSync(path, bytes);
    await assert.rejects(extractFile(path, 'a.so', target, never), unavailable(reason));
    assert.deepEqual(readdirSync(folder), ['a.zip']);
  }
  writeFileSync(path, zip({ 'a.so': Buffer.from('whole') }, { stored: true }));
  await extractFile(path, 'a.so', target, never);
  assert.equal(readFileSync(target, 'utf8'), 'whole');
});

test('given the installed ONNX Runtime, when its own metadata is read, then the manifest names the same package', () => {
  const load = createRequire(import.meta.url);
  const { version } = load('onnxruntime-node/package.json') as { version: string };
  const own = load('onnxruntime-node/script/install-metadata.js') as {
    packages: Record<string, { name: string; versions: { version: string }[] }>;
    manifests: Record<string, Record<string, { path: string }>>;
    feeds: { nuget: { index: string } };
  };
  const [cuda, ...more] = readManifest().runtimes;
  assert.ok(cuda);
  assert.deepEqual(more, []);
  assert.equal(cuda.runtime, `onnxruntime-node ${version}`);
  assert.equal(cuda.package, own.packages['nuget:linux/x64:cuda12']?.name);
  assert.ok(own.packages['nuget:linux/x64:cuda12']?.versions.some((each) => each.version === cuda.version));
  const files = Object.values(own.manifests['linux/x64:cuda12'] ?? {}).map(({ path }) => path);
  for (const file of cuda.files) assert.ok(files.includes(file), file);
  assert.equal(gpuFeed({}), own.feeds.nuget.index);
  assert.equal(gpuFeed({ GOLDFISH_GPU_FEED: 'http://mirror/index.json' }), 'http://mirror/index.json');
});

test('given no confirmation, when gpu status and enable run, then they show what is installed and download nothing', async () => {
  const roles = [
    { role: 'captioner', inUse: 'v', why: 'runs on cpu; not on cuda: the CUDA provider is not installed' },
  ];
  const list = { models: [], roles, folder: '/models', hub: 'https://hub.test', offline: false };
  const status = await runToEnd(['gpu'], { 'goldfish/models/list': list });
  assert.match(status.out, /captioner: v \(runs on cpu; not on cuda: the CUDA provider is not installed\)/);
  const { runtime, isInstalled } = gpuState();
  if (!runtime) {
    assert.match(status.out, /not available for/);
    assert.match((await runToEnd(['gpu', 'enable', '--yes'])).err, /The CUDA provider is not available for/);
    return;
  }
  assert.match(status.out, /requires: An NVIDIA driver, CUDA 12 and cuDNN 9/);
  if (isInstalled) return;
  const piped = await runToEnd(['gpu', 'enable']);
  assert.equal(piped.code, 2);
  assert.match(
    piped.err,
    /checksum is not pinned yet[\s\S]*not been tested on a machine with CUDA[\s\S]*--yes/,
  );
  const no = await runToEnd(['gpu', 'enable'], {}, 'n\n');
  assert.deepEqual([no.code, no.out], [0, 'Nothing was downloaded.\n']);
});
