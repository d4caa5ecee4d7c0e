import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { runProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp-folder.ts';

const runner = join(import.meta.dirname, '../run.mjs');

/** Runs test files with these texts, with short time limits. */
async function runFiles(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tempFolder(), 'r'));
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, `${name}.test.ts`);
    writeFileSync(path, `import test from 'node:test';\n${text}`);
    return path;
  });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = await runProgram(process.execPath, [runner, ...paths], {
    cwd: folder,
    env: { ...env, TEST_TIMEOUT_MS: '8000', TEST_EXIT_MS: '2000', TEST_CONCURRENCY: '2' },
  });
  const lines = run.out.trimEnd().split('\n');
  return {
    code: run.code,
    last: lines.at(-1),
    timedOut: lines.filter((line) => /^timed out:/.test(line)),
    folder,
  };
}

const GOOD = "test('good', () => {});";
/** A process that has ended but was not waited for yet has no program any more. */
const isAlive = (pid: string) => existsSync(`/proc/${pid}/exe`);

test('given a test that never settles and keeps its process alive, when files run, then only that test fails', async () => {
  const stuck = "test('stuck', () => new Promise((done) => setTimeout(done, 1e9)));";
  const { code, last, timedOut } = await runFiles({ stuck: `${stuck}\n${GOOD}`, good: GOOD });
  assert.deepEqual([code, last, timedOut], [1, '2 passed, 1 failed', []]);
});

test('given a test that blocks its process, when files run, then its file is killed and named, and the others count', async () => {
  const { code, last, timedOut } = await runFiles({
    blocked: "test('spin', () => { for (;;); });",
    good: GOOD,
  });
  assert.deepEqual([code, last], [1, '1 passed, 1 failed']);
  assert.equal(timedOut.length, 1);
  assert.match(timedOut[0] ?? '', /blocked\.test\.ts: it gave no result for 10 s$/);
});

/** A test that leaves a program running, which inherits the pipes of the test's process. */
const LEAVES_PROGRAM = [
  "import { spawn } from 'node:child_process';",
  "import { writeFileSync } from 'node:fs';",
  "test('leaves', () => {",
  "  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' });",
  "  writeFileSync(new URL('pid', import.meta.url), String(child.pid));",
  "  writeFileSync(new URL('own-pid', import.meta.url), String(process.pid));",
  '});',
].join('\n');

test("given a program that a test left with the runner's pipes, when files run, then it is killed and the file named", {
  skip: process.platform !== 'linux' && 'processes are found by /proc',
}, async () => {
  const { code, last, timedOut, folder } = await runFiles({ left: LEAVES_PROGRAM, good: GOOD });
  assert.deepEqual([code, last], [1, '2 passed, 1 failed']);
  assert.match(
    timedOut.join('\n'),
    /left\.test\.ts: its tests were over, and a program .* kept its pipes open$/,
  );
  assert.ok(!isAlive(readFileSync(join(folder, 'pid'), 'utf8')), 'the program has ended');
});

test('given that such a test ended before an earlier file, when files run, then the reason is the same', {
  skip: process.platform !== 'linux' && 'processes are found by /proc',
}, async () => {
  // The runner holds back the results of `left` until `earlier` has ended.
  const earlier = [
    "import { existsSync, readFileSync } from 'node:fs';",
    "const file = new URL('own-pid', import.meta.url);",
    "const isOver = () => existsSync(file) && !existsSync('/proc/' + readFileSync(file) + '/exe');",
    "test('waits', async () => {",
    '  while (!isOver()) await new Promise(setImmediate);',
    '});',
  ].join('\n');
  const { code, last, timedOut } = await runFiles({ earlier, left: LEAVES_PROGRAM });
  assert.deepEqual([code, last], [1, '2 passed, 1 failed']);
  assert.match(
    timedOut.join('\n'),
    /left\.test\.ts: its tests were over, and a program .* kept its pipes open$/,
  );
});

test('given a failed test that left a detached program, when files run, then the program ends with the test process', {
  skip: process.platform !== 'linux' && 'processes are found by /proc',
}, async () => {
  const fails = [
    "import { spawn } from 'node:child_process';",
    "import { writeFileSync } from 'node:fs';",
    `import ${JSON.stringify(join(import.meta.dirname, '../support/started.ts'))};`,
    "test('fails', () => {",
    "  const child = spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' });",
    "  writeFileSync(new URL('pid', import.meta.url), String(child.pid));",
    "  throw new Error('no');",
    '});',
  ].join('\n');
  const { code, last, timedOut, folder } = await runFiles({ fails, good: GOOD });
  assert.deepEqual([code, last, timedOut], [1, '1 passed, 1 failed', []]);
  assert.ok(!isAlive(readFileSync(join(folder, 'pid'), 'utf8')), 'the program has ended');
});

test('given the suites of test/, when .ci/run runs them one by one, then it leaves out only the packages and the slow tests', () => {
  const suites = readdirSync(join(import.meta.dirname, '..'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => name.split(/[\\/]/)[0] ?? '');
  const script = readFileSync(join(import.meta.dirname, '../../.ci/run'), 'utf8');
  const sharded = /^for suite in (.+); do$/m.exec(script)?.[1]?.split(' ') ?? [];
  assert.deepEqual([...sharded, 'pack', 'slow'].sort(), [...new Set(suites)].sort());
});
