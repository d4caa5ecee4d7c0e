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

test('given the lock file, then every package for this platform has a checksum or is a link', () => {
  const names = entries
    .filter(([, entry]) => !entry.integrity && !entry.link && isForHere(entry))
    .map(([path]) => path);
  assert.deepEqual(names, []);
});

test('given the lock file, then every optional dependency is in it', () => {
  const missing = entries.flatMap(([path, entry]) =>
    Object.keys(entry.optionalDependencies ?? {}).filter(
      (name) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});

test('given the lock file, then every link leads to server/absent', () => {
  const links = entries.filter(([, entry]) => entry.link);
  assert.ok(links.length > 0);
  for (const [path, entry] of links) assert.equal(entry.resolved, 'server/absent', path);
});

test('given the lock file, then it names no registry', () => {
  for (const [path, entry] of entries) {
    if (!entry.link) assert.equal(entry.resolved, undefined, path);
  }
});
