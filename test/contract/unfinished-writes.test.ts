import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { removeUnfinishedWrites } from '../../server/src/daemon/unfinished-writes.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW_MS = Date.UTC(2026, 10, 30);

function writeAged(folder: string, name: string, ageMs: number): void {
  const path = join(folder, name);
  writeFileSync(path, '{');
  utimesSync(path, new Date(NOW_MS - ageMs), new Date(NOW_MS - ageMs));
}

test('given files that killed writes left behind, when the daemon starts, then they are removed and nothing else is', () => {
  const dataDir = tempFolder();
  const folders = { dataDir, corrections: join(dataDir, 'corrections'), index: join(dataDir, 'index') };
  for (const folder of [folders.corrections, folders.index]) mkdirSync(folder);
  const leftOver = [
    ['dataDir', 'settings.json.3141592653'],
    ['dataDir', 'folders.json.7'],
    ['corrections', 'abc-1.json.27182818'],
    ['index', 'version.json.161803'],
  ] as const;
  const others = [
    ['dataDir', 'settings.json'],
    ['dataDir', 'settings.json.bak'],
    ['dataDir', 'settings.json.damaged-2026'],
    ['dataDir', 'notes.1234'],
    ['corrections', 'abc-1.json'],
  ] as const;
  for (const [folder, name] of [...leftOver, ...others]) writeAged(folders[folder], name, 61_000);
  writeAged(dataDir, 'exams.json.42', 1_000);
  removeUnfinishedWrites(dataDir, NOW_MS);
  const kept = Object.entries(folders).flatMap(([folder, path]) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => `${folder} ${name}`),
  );
  const expected = [...others.map(([folder, name]) => `${folder} ${name}`), 'dataDir exams.json.42'];
  assert.deepEqual(kept.sort(), expected.sort());
});

test('given a data folder that does not exist, when left-over files are removed, then nothing happens', () => {
  removeUnfinishedWrites(join(tempFolder(), 'absent'), NOW_MS);
});
