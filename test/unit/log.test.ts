import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { openLog } from '../../server/src/base/log.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();

test('given a level, when events are logged, then each is one JSON line with its fields', async () => {
  const folder = mkdtempSync(join(root, 'l'));
  const file = openLog(folder, { level: 'info', megabytes: 1, files: 2 });
  const heard: string[] = [];
  file.onLine(({ level, event }) => heard.push(`${level} ${event}`));
  file.log.with({ job: 'j1' }).info('job done', { ms: 5, uri: 'file:///a%0Ab' });
  file.log.debug('not written');
  file.setLevel('debug');
  file.log.debug('written', { text: 'two\nlines' });
  await file.close();
  const lines = readFileSync(join(folder, 'goldfish.log'), 'utf8').trimEnd().split('\n');
  const [first, second] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(lines.length, 2);
  assert.deepEqual([first?.level, first?.event, first?.job, first?.ms], ['info', 'job done', 'j1', 5]);
  assert.ok(!Number.isNaN(Date.parse(String(first?.time))));
  assert.deepEqual([second?.event, second?.text], ['written', 'two\nlines']);
  assert.deepEqual(heard, ['info job done', 'debug written']);
  assert.equal(statSync(join(folder, 'goldfish.log')).mode & 0o077, 0);
});

test('given a full log, when opened again, then it is rotated and old files are removed', async () => {
  const folder = mkdtempSync(join(root, 'r'));
  for (let round = 0; round < 4; round += 1) {
    const file = openLog(folder, { level: 'info', megabytes: 1, files: 2 });
    for (let line = 0; line < 11; line += 1) file.log.info('much', { text: 'x'.repeat(100_000) });
    await file.close();
  }
  const names = readdirSync(folder).sort();
  assert.deepEqual(names, ['1-goldfish.log', '2-goldfish.log', 'goldfish.log']);
  for (const name of names) assert.ok(statSync(join(folder, name)).size < 2_000_000, name);
});
