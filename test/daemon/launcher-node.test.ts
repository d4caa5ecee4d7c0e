import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type NpmRegistry, npmRegistry } from '../support/npm-registry.ts';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const project = join(import.meta.dirname, '../..');
/** Makes the launcher see an old Node version. */
const OLD_NODE = `data:text/javascript,${encodeURIComponent(
  "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })",
)}`;
const pinned = { name: 'goldfish-stand-in-node', version: '24.0.0' };

/** A clone whose own Node is too old, with a registry that has the Node it pins. */
async function oldMachine(t: TestContext) {
  const folder = tempFolder();
  const root = join(folder, 'clone');
  cpSync(join(project, 'server/bin'), join(root, 'server/bin'), { recursive: true });
  const registry = await npmRegistry(folder, {
    ...pinned,
    programPath: 'bin/node',
    program: `#!/bin/sh\nexec "${process.execPath}" "$@"\n`,
  });
  t.after(() => registry.close());
  const pin = (integrity: string) =>
    writeFileSync(
      join(root, 'server/bin/node-packages.json'),
      JSON.stringify({ [`${process.platform}-${process.arch}`]: { ...pinned, integrity } }),
    );
  pin(registry.integrity);
  const cache = join(folder, 'cache/goldfish');
  const run = (address: string = registry.address) =>
    runProgram(process.execPath, ['--import', OLD_NODE, 'server/bin/run-node.mjs', '-p', '1 + 1'], {
      cwd: root,
      env: {
        ...process.env,
        XDG_CACHE_HOME: join(folder, 'cache'),
        npm_config_registry: address,
        npm_config_cache: join(folder, 'npm'),
        npm_config_fetch_retries: '0',
      },
    });
  return { root, registry, pin, cache, run };
}

const isLinux = {
  skip: process.platform !== 'linux' && 'its cache folder and stand-in program are those of Linux',
};
const countDownloads = ({ requests }: NpmRegistry) => requests.filter((path) => path.endsWith('.tgz')).length;

test(
  'given an old Node, when scripts run, then a new one is downloaded once, with a message',
  isLinux,
  async (t) => {
    const { registry, cache, run } = await oldMachine(t);
    const first = await run();
    assert.deepEqual([first.code, first.out], [0, '2\n'], first.err);
    assert.match(
      first.err,
      /needs Node 22\.22 or newer, and this is 20\.20\.2\. npm downloads Node 24\.0\.0 once/,
    );
    const second = await run();
    assert.deepEqual(second, { code: 0, out: '2\n', err: '' });
    assert.equal(countDownloads(registry), 1);
    assert.deepEqual(readdirSync(cache), [`${pinned.name}-${pinned.version}`]);
  },
);

test(
  'given an old Node, when two scripts run concurrently, then both use the new one',
  isLinux,
  async (t) => {
    const { cache, run } = await oldMachine(t);
    const both = await Promise.all([run(), run()]);
    assert.deepEqual(
      both.map(({ code, out }) => [code, out]),
      [
        [0, '2\n'],
        [0, '2\n'],
      ],
    );
    assert.deepEqual(readdirSync(cache), [`${pinned.name}-${pinned.version}`]);
  },
);

test(
  'given a package that is not the pinned one, when it is downloaded, then it is rejected and removed',
  isLinux,
  async (t) => {
    const { cache, pin, run } = await oldMachine(t);
    pin(`sha512-${Buffer.alloc(64).toString('base64')}`);
    const { code, out, err } = await run();
    assert.deepEqual([code, out], [70, '']);
    assert.match(
      err,
      /goldfish-stand-in-node@24\.0\.0 could not be downloaded: .*integrity.*https:\/\/nodejs\.org\.$/im,
    );
    assert.deepEqual(readdirSync(cache), []);
  },
);

test('given no network, when a new Node is needed, then the error says what to do', isLinux, async (t) => {
  const { run } = await oldMachine(t);
  const { code, err } = await run('http://127.0.0.1:9/');
  assert.equal(code, 70);
  assert.match(err, /ECONNREFUSED.* Connect to the internet and try again, or install a newer Node from/);
});

test('given a platform without a pinned Node, when a new one is needed, then the error says what to do', async (t) => {
  const { root, run } = await oldMachine(t);
  writeFileSync(join(root, 'server/bin/node-packages.json'), '{}');
  const { code, err } = await run();
  assert.deepEqual(
    [code, err],
    [
      70,
      'Goldfish needs Node 22.22 or newer, and this is 20.20.2. Install a newer one from https://nodejs.org.\n',
    ],
  );
});

test('given ONNX Runtime for several platforms, when the command starts, then it removes the others, with a message', async () => {
  const root = tempFolder();
  cpSync(join(project, 'server/bin'), join(root, 'server/bin'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeFileSync(join(root, 'dist/goldfish.mjs'), "console.log('up');");
  const runtimes = join(root, 'node_modules/onnxruntime-node');
  mkdirSync(runtimes, { recursive: true });
  writeFileSync(join(runtimes, 'package.json'), '{}');
  const own = join(process.platform, process.arch);
  const addRuntime = (name: string) => {
    const file = join(runtimes, 'bin/napi-v6', name, 'binding.node');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, Buffer.alloc(2_000_000));
    return file;
  };
  const start = () =>
    runProgram(process.execPath, [join(root, 'server/bin/goldfish.mjs')], { cwd: root, env: process.env });

  const other = addRuntime('plan9/mips');
  // Without a runtime for this platform nothing is removed.
  assert.deepEqual(await start(), { code: 0, out: 'up\n', err: '' });
  assert.ok(existsSync(other));

  const needed = addRuntime(own);
  const { out, err } = await start();
  assert.equal(out, 'up\n');
  assert.match(err, /^Removed ONNX Runtime for other platforms from .*: 2 MB\. "npm ci" restores it\.\n$/);
  assert.deepEqual([existsSync(other), readFileSync(needed).length], [false, 2_000_000]);
  assert.equal((await start()).err, '');
});
