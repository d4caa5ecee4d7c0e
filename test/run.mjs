// Runs tests with Node's own test runner and prints the count alone on the last line: those of the quick tier, with
// `--all` every suite. `node test/run.mjs unit daemon/order.test.ts` runs those folders or files alone.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findSupportedNode } from '../server/bin/find-node.mjs';
import { killMarked, MARK } from './support/marked.mjs';

/** A guard against tests that hang, not a bound on their pace: no test takes a tenth of it on an idle machine. */
const TEST_MS = Number(process.env.TEST_TIMEOUT_MS ?? 600_000);
/** How long a file whose tests are over may take to end, ms. */
const EXIT_MS = Number(process.env.TEST_EXIT_MS ?? 30_000);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const suites = ['unit', 'golden', 'contract', 'daemon', 'editor', 'browser'];
/** Run at each change: what is pure, and of each other kind what breaks first. At most 3 minutes on two cores. */
const quickTier = [
  'unit',
  'golden',
  'contract/decoder-node-av.test.ts',
  'contract/disk.test.ts',
  'contract/store.test.ts',
  'contract/protocol-schema.test.ts',
  'daemon/end-to-end.test.ts',
];
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/** What a suite needs beyond npm: `// needs: chromium` in one of its first lines. */
async function needs(file) {
  const { readFile } = await import('node:fs/promises');
  const head = (await readFile(file, 'utf8')).slice(0, 400);
  return [...head.matchAll(/^\/\/ needs: (\S+)/gm)].map((match) => match[1]).filter((name) => !onPath(name));
}

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const tier = process.argv.includes('--all') ? suites : quickTier;
const files = (named.length > 0 ? named : tier)
  .map((name) => resolve(root, 'test', name.replace(/^test\//, '')))
  .flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(path, { recursive: true })
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => join(path, name)),
  )
  .sort();

const left = [];
const run = [];
for (const file of files) {
  const missing = await needs(file);
  if (missing.length > 0) left.push({ file, missing });
  else run.push(file);
}

const node = findSupportedNode();
// These drive what users run: the bundle. The build has its own lock, for several runs at once.
if (
  run.some((file) => ['daemon', 'editor', 'browser', 'pack'].includes(relative(root, file).split(/[\\/]/)[1]))
) {
  const { status } = spawnSync(node, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The bundle could not be built; the lines above say why.');
}
const { passed, failed: counted, skipped, overrun } = await runTests(run);
let failed = counted;
for (const { file, missing } of left)
  console.log(`not run: ${relative(root, file)} needs ${missing.join(', ')}`);
if (left.length > 0) console.log(`${left.length} suite${left.length === 1 ? '' : 's'} not run`);
for (const { file, name, because } of skipped)
  console.log(`not run: ${relative(root, file ?? root)} "${name}": ${because}`);
for (const { file, why } of overrun) console.log(`timed out: ${relative(root, file)}: ${why}`);
if (process.env.REQUIRE_ALL) failed += left.length + skipped.length;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Runs files with Node's test runner; ends what it started, whatever becomes of it. */
async function runTests(paths) {
  const tally = createTally();
  if (paths.length === 0) return tally.result(0);
  const mark = randomUUID();
  const child = spawn(
    node,
    [
      '--test',
      `--test-timeout=${TEST_MS}`,
      // A test process ends when its tests are over, and with it what they left running (support/started.ts).
      '--test-force-exit',
      '--test-reporter=spec',
      `--test-reporter-destination=stdout`,
      '--test-reporter',
      join(root, 'test/support/count-reporter.mjs'),
      '--test-reporter-destination=stderr',
      `--test-concurrency=${process.env.TEST_CONCURRENCY ?? 2}`,
      ...paths,
    ],
    {
      cwd: root,
      // A process group of its own, so that it can be ended as a whole.
      detached: true,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: {
        ...process.env,
        PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
        ORT_DISABLE_TELEMETRY: '1',
        [MARK]: mark,
      },
    },
  );
  const endAll = () => {
    killMarked(mark);
    if (child.exitCode === null && child.signalCode === null) killGroup(child.pid);
  };
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }))
    process.once(signal, () => {
      endAll();
      process.exit(code);
    });
  let timer;
  let endings = 0;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(
      () => {
        tally.overrun();
        endings += 1;
        // What hangs is ended; the runner itself goes on with the other files, unless it is what hangs.
        if (endings === 1 && process.platform === 'linux') killMarked(mark, [child.pid]);
        else endAll();
        watch();
      },
      tally.allOver() ? EXIT_MS : TEST_MS + EXIT_MS,
    );
  };
  watch();
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (tally.take(line)) endings = 0;
    else console.error(line);
    watch();
  });
  const [code] = await once(child, 'exit');
  // What is in the pipe still counts; who else holds it open does not matter.
  await Promise.race([once(child.stderr, 'close'), new Promise((done) => setTimeout(done, EXIT_MS))]);
  clearTimeout(timer);
  endAll();
  return tally.result(code);
}

function killGroup(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** Counts what the reporter says, and knows which files are at work. */
function createTally() {
  let passed = 0;
  let failed = 0;
  const skipped = [];
  const overrun = [];
  /** Files at work, and whether their tests are over. */
  const atWork = new Map();
  const failedFiles = new Set();
  const kinds = {
    begin: ({ file }) => atWork.set(file, false),
    over: ({ file }) => atWork.has(file) && atWork.set(file, true),
    end: ({ file }) => atWork.delete(file),
    step: () => undefined,
    pass: () => {
      passed += 1;
    },
    fail: ({ file, name }) => {
      failed += 1;
      if (file === name) failedFiles.add(file);
    },
    skip: (event) => skipped.push(event),
  };
  return {
    /** Whether the line was one of the reporter's. */
    take(line) {
      let event;
      try {
        event = JSON.parse(line);
      } catch {
        return false;
      }
      const take = Object.hasOwn(kinds, event?.event ?? '') ? kinds[event.event] : undefined;
      take?.(event);
      return take !== undefined;
    },
    /** The tests of all files at work are over, so that these should end at once. */
    allOver: () => atWork.size > 0 && [...atWork.values()].every(Boolean),
    /** The files at work have been waited for long enough. */
    overrun() {
      for (const [file, over] of atWork) {
        const why = over
          ? 'its tests were over, and something they started went on'
          : `nothing came of it for ${(TEST_MS + EXIT_MS) / 1000} s`;
        if (!overrun.some((known) => known.file === file)) overrun.push({ file, why });
      }
    },
    result(code) {
      // A file that the runner itself reports as failed is counted already.
      failed += overrun.filter(({ file }) => !failedFiles.has(file)).length;
      if (code !== 0 && failed === 0) failed = 1;
      return { passed, failed, skipped, overrun };
    },
  };
}
