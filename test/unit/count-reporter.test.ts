import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('tests are counted, and those that were skipped are named with the reason', async () => {
  const folder = mkdtempSync(join(tempFolder(), 'c'));
  const file = join(folder, 'some.test.mjs');
  const body = [
    "import test from 'node:test';",
    "test('good', () => {});",
    "test('bad', () => { throw new Error('x'); });",
    "test('left out', { skip: 'no harp' }, () => {});",
    "test('leaves itself out', (t) => t.skip());",
    "test.suite('suite', () => { test('inside', () => {}); });",
  ];
  writeFileSync(file, body.join('\n'));
  const reporter = join(import.meta.dirname, '../support/count-reporter.mjs');
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { out } = await runProgram(
    process.execPath,
    ['--test', '--test-reporter', reporter, '--test-reporter-destination=stdout', file],
    { cwd: folder, env },
  );
  const skipped = [...out.matchAll(/^SKIPPED (.*)$/gm)].map(([, json = '']) => JSON.parse(json));
  assert.deepEqual(skipped, [
    { file, name: 'left out', because: 'no harp' },
    { file, name: 'leaves itself out', because: 'it does not fit this system' },
  ]);
  assert.match(out, /^COUNT 2 1$/m);
});
