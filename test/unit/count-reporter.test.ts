import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('given passed, failed and skipped tests, when reported, then each is there once, with the begin and end of the file', async () => {
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
  const events: readonly { readonly event: string }[] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const of = (event: string) => events.filter((one) => one.event === event);
  assert.deepEqual(of('pass'), [
    { event: 'pass', file, name: 'good' },
    { event: 'pass', file, name: 'inside' },
  ]);
  assert.deepEqual(of('fail'), [{ event: 'fail', file, name: 'bad' }]);
  assert.deepEqual(of('skip'), [
    { event: 'skip', file, name: 'left out', because: 'no harp' },
    { event: 'skip', file, name: 'leaves itself out', because: 'it does not fit this system' },
  ]);
  const stages = events.filter(({ event }) => ['begin', 'end'].includes(event));
  assert.deepEqual(
    stages,
    ['begin', 'end'].map((event) => ({ event, file })),
  );
});
