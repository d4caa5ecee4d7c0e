import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lock: { readonly packages: Readonly<Record<string, Entry>> } = JSON.parse(
  readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'),
);
const entries = Object.entries(lock.packages).filter(([path]) => path.includes('node_modules/'));

/** Linux on x64 with glibc, where this lock file was made. */
function isForHere({ os = ['linux'], cpu = ['x64'], libc = ['glibc'] }: Entry): boolean {
  return os.includes('linux') && cpu.includes('x64') && libc.includes('glibc');
}

test('every package is pinned by a checksum, or is a link to our own, or is for another platform', () => {
  const names = entries
    .filter(([, entry]) => !entry.integrity && !entry.link && isForHere(entry))
    .map(([path]) => path);
  assert.deepEqual(names, []);
});

test('npm ci finds every optional package in the lock file', () => {
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});

test('no link leads to a folder that is not there', () => {
  for (const [path, entry] of entries) {
    if (entry.link) assert.equal(entry.resolved, 'server/absent', path);
  }
});

test('no registry is named: every machine uses its own', () => {
  for (const [path, entry] of entries) {
    if (!entry.link) assert.equal(entry.resolved, undefined, path);
  }
});
