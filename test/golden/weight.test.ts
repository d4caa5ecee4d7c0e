import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { otherRuntimes, runtimesFolder } from '../../server/bin/drop-runtimes.mjs';

const root = join(import.meta.dirname, '../..');
const recordFile = join(import.meta.dirname, 'weight.json');
const MAX_GROWTH = 0.05;

interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** Returns the size of a folder, bytes, without nested packages and the folders in `excluded`. */
function bytesOf(path: string, excluded: ReadonlySet<string>): number {
  if (excluded.has(path) || path.endsWith('/node_modules')) return 0;
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name), excluded), 0);
}

/** Returns the packages that npm installs without development tools, largest first, after the launcher's clean-up. */
function installedParts(): readonly Part[] {
  const lock: { readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>> } =
    JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const runtimes = runtimesFolder(join(root, 'package.json'));
  const removedByLauncher = new Set(runtimes === undefined ? [] : otherRuntimes(runtimes));
  return Object.entries(lock.packages)
    .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
    .map(([path]) => ({ name: path.slice('node_modules/'.length), folder: join(root, path) }))
    .filter(({ folder }) => existsSync(folder))
    .map(({ name, folder }) => ({ name, bytes: bytesOf(folder, removedByLauncher) }))
    .sort((a, b) => b.bytes - a.bytes);
}

test('given an installation without development tools, when it is measured, then it has grown by less than 5 %', {
  skip: `${process.platform}-${process.arch}` !== 'linux-x64' && 'the size was recorded on x64 Linux',
}, () => {
  const parts = installedParts();
  const megabytes = Math.round(parts.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6);
  const heaviest = parts.slice(0, 10).map(({ name, bytes }) => `${Math.round(bytes / 1e6)} MB ${name}`);
  console.log([`An installation takes ${megabytes} MB, of which:`, ...heaviest].join('\n'));
  if (process.env.UPDATE_GOLDEN) writeFileSync(recordFile, `${JSON.stringify({ megabytes })}\n`);
  const recorded: { readonly megabytes: number } = JSON.parse(readFileSync(recordFile, 'utf8'));
  assert.ok(
    megabytes < recorded.megabytes * (1 + MAX_GROWTH),
    `An installation takes ${megabytes} MB; test/golden/weight.json says ${recorded.megabytes} MB. Reduce it, or record the new size with UPDATE_GOLDEN=1.`,
  );
});
