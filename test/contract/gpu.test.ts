import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { readManifest } from '../../server/src/adapters/models/manifest.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { enableGpu, gpuState, runtimeFolder } from '../../server/src/daemon/run-gpu.ts';
import { runToEnd } from '../support/cli.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { zip } from '../support/zip.ts';

const never = new AbortController().signal;
const load = createRequire(import.meta.url);
const metadata = load('onnxruntime-node/script/install-metadata.js') as {
  readonly manifests: Readonly<Record<string, Readonly<Record<string, { readonly path: string }>>>>;
};
const runtime = readManifest().runtimes.find(
  ({ platform, arch }) => platform === process.platform && arch === process.arch,
);
const paths = Object.values(metadata.manifests['linux/x64:cuda12'] ?? {}).map(({ path }) => path);
const libraries = Object.fromEntries(paths.map((path) => [path, randomBytes(20_000)]));
const archive = zip(libraries);

type Fault = 'missing' | 'cut' | 'damaged' | 'page';

/** Serves the package as NuGet does, on loopback. */
async function serveFeed(t: test.TestContext, fault?: Fault): Promise<string> {
  const server = createServer((request, response) => {
    const { url = '' } = request;
    const json = (value: unknown) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(value));
    };
    if (url === '/v3/index.json')
      return json({ resources: [{ '@id': `${origin()}/flat/`, '@type': 'PackageBaseAddress/3.0.0' }] });
    if (url.endsWith('/index.json')) return json({ versions: ['1.0.0', '1.30.0'] });
    if (fault === 'missing') return response.writeHead(404).end();
    if (fault === 'page') return response.end('<html>');
    if (fault === 'cut') {
      response.writeHead(200, { 'content-length': archive.length });
      return response.write(archive.subarray(0, 1000), () => response.destroy());
    }
    const bytes = Buffer.from(archive);
    if (fault === 'damaged') bytes.fill(0, 1000, 1100);
    return response.end(bytes);
  });
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return origin();
}

/** Creates an onnxruntime-node with the real install script, which reaches `origin` instead of NuGet. */
function installedPackage(origin: string) {
  const root = tempFolder();
  const packageFolder = join(root, 'node_modules/onnxruntime-node');
  cpSync(join(runtimeFolder(), 'script'), join(packageFolder, 'script'), { recursive: true });
  for (const name of ['adm-zip', 'global-agent'])
    symlinkSync(dirname(load.resolve(`${name}/package.json`)), join(root, 'node_modules', name), 'junction');
  const folder = join(packageFolder, 'bin/napi-v6', process.platform, process.arch);
  mkdirSync(folder, { recursive: true });
  const preload = join(root, 'feed.cjs');
  writeFileSync(
    preload,
    `const https = require('node:https');
     const { get } = require('node:http');
     https.get = (url, options, onResponse) => get(url.replace('https://api.nuget.org', '${origin}'), onResponse);`,
  );
  const env = { ...process.env, NODE_OPTIONS: `--require "${preload}"` };
  return { packageFolder, folder, env, cache: join(root, 'cache') };
}

test('given a feed, when CUDA is enabled, then the install script of ONNX Runtime puts the provider next to it', {
  skip: runtime === undefined && 'no CUDA provider for this platform',
}, async (t) => {
  assert.ok(runtime);
  const { folder, ...target } = installedPackage(await serveFeed(t));
  const lines: string[] = [];
  await enableGpu({ ...target, runtime, onLine: (line) => lines.push(line) }, never);
  for (const path of paths) {
    const name = path.split('/').at(-1) ?? '';
    assert.deepEqual(readFileSync(join(folder, name)), libraries[path], name);
  }
  assert.match(lines[0] ?? '', /^Downloading http.*\.nupkg$/);
  assert.deepEqual(readdirSync(target.cache), [], 'the package itself is not kept');
});

for (const [fault, reason] of [
  ['missing', /HTTP status code = 404/],
  ['cut', /the download ended early/],
  ['damaged', /CRC32/],
  ['page', /Failed to open NuGet package/],
] as const)
  test(`given a feed whose package is ${fault}, when CUDA is enabled, then the error says so and no file stays`, {
    skip: runtime === undefined && 'no CUDA provider for this platform',
  }, async (t) => {
    assert.ok(runtime);
    const { folder, ...target } = installedPackage(await serveFeed(t, fault));
    await assert.rejects(enableGpu({ ...target, runtime, onLine: () => {} }, never), (error: unknown) => {
      assert.ok(error instanceof ModelUnavailableError, String(error));
      assert.match(error.message, reason);
      return true;
    });
    const left = readdirSync(folder);
    assert.ok(!runtime.files.some((file) => left.includes(file)), String(left));
    assert.deepEqual(readdirSync(target.cache), []);
  });

test('given the installed ONNX Runtime, when its own metadata is read, then the manifest names the same files', () => {
  const { version } = load('onnxruntime-node/package.json') as { version: string };
  const [cuda, ...more] = readManifest().runtimes;
  assert.ok(cuda);
  assert.deepEqual(more, []);
  assert.equal(cuda.runtime, `onnxruntime-node ${version}`);
  const files = Object.keys(metadata.manifests[`${cuda.platform}/${cuda.arch}:${cuda.name}`] ?? {});
  for (const file of cuda.files) assert.ok(files.includes(`./${file}`), file);
});

test('given no confirmation, when gpu status and enable run, then they show what is installed and download nothing', async () => {
  const roles = [
    { role: 'captioner', inUse: 'v', why: 'runs on cpu; not on cuda: the CUDA provider is not installed' },
  ];
  const list = { models: [], roles, folder: '/models', hub: 'https://hub.test', offline: false };
  const status = await runToEnd(['gpu'], { 'goldfish/models/list': list });
  assert.match(status.out, /captioner: v \(runs on cpu; not on cuda: the CUDA provider is not installed\)/);
  const { isInstalled } = gpuState();
  if (!runtime) {
    assert.match(status.out, /not available for/);
    assert.match((await runToEnd(['gpu', 'enable', '--yes'])).err, /The CUDA provider is not available for/);
    return;
  }
  assert.match(status.out, /requires: An NVIDIA driver, CUDA 12 and cuDNN 9/);
  if (isInstalled) return;
  const piped = await runToEnd(['gpu', 'enable']);
  assert.equal(piped.code, 2);
  assert.match(piped.err, /No checksum is pinned[\s\S]*not been tested on a machine with CUDA[\s\S]*--yes/);
  const no = await runToEnd(['gpu', 'enable'], {}, 'n\n');
  assert.deepEqual([no.code, no.out], [0, 'Nothing was downloaded.\n']);
});
