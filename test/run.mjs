// Runs the quick tier, or with `--all` every suite, with Node's test runner. `node test/run.mjs unit daemon/order.test.ts`
// runs only these folders and files. The last line is `N passed, N failed`.
import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findSupportedNode } from '../server/bin/find-node.mjs';
import { killMarked, MARK, markedProcesses, programArguments } from './support/marked.mjs';

/** Time limit of a test, ms. It catches tests that hang: on an idle machine every test needs less than a tenth of it. */
const TEST_MS = Number(process.env.TEST_TIMEOUT_MS ?? 600_000);
/** How often to look for test files that have ended and whose pipes are still open, ms. */
const EXIT_MS = Number(process.env.TEST_EXIT_MS ?? 30_000);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const suites = ['unit', 'golden', 'contract', 'daemon', 'editor', 'browser', 'real', 'slow'];
/** The tests to run at each change: pure functions, and the most telling of the others. At most 3 minutes on two cores. */
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

/**
 * Returns what a test file needs and this machine lacks, by its first lines: programs (`// needs: chromium`), and
 * folders relative to the project that the project does not contain (`// needs folder: ../shared/models`).
 */
function findMissing(file) {
  const head = readFileSync(file, 'utf8').slice(0, 400);
  const namesAfter = (pattern) => [...head.matchAll(pattern)].map((match) => match[1]);
  return {
    programs: namesAfter(/^\/\/ needs: (\S+)/gm).filter((name) => !onPath(name)),
    folders: namesAfter(/^\/\/ needs folder: (\S+)/gm).filter((name) => !existsSync(join(root, name))),
  };
}

const namedPaths = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const tier = process.argv.includes('--all') ? suites : quickTier;
const files = (namedPaths.length > 0 ? namedPaths : tier)
  .map((name) => resolve(root, 'test', name.replace(/^test\//, '')))
  .flatMap((path) =>
    path.endsWith('.ts')
      ? [path]
      : readdirSync(path, { recursive: true })
          .filter((name) => name.endsWith('.test.ts'))
          .map((name) => join(path, name)),
  )
  .sort();

const skippedFiles = [];
const runnableFiles = [];
for (const file of files) {
  const { programs, folders } = findMissing(file);
  const missing = [...programs, ...folders];
  if (missing.length > 0) skippedFiles.push({ file, missing, isInstallable: folders.length === 0 });
  else runnableFiles.push(file);
}

const node = findSupportedNode();
// These suites run the bundle, as users do. The build has its own lock, so that several runs may start at once.
if (
  runnableFiles.some((file) =>
    ['daemon', 'editor', 'browser', 'pack', 'real', 'soak'].includes(relative(root, file).split(/[\\/]/)[1]),
  )
) {
  const { status } = spawnSync(node, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The bundle could not be built; the lines above say why.');
}
const { passed, failed: counted, skipped, overrun } = await runTests(runnableFiles);
let failed = counted;
for (const { file, missing } of skippedFiles)
  console.log(`not run: ${relative(root, file)} needs ${missing.join(', ')}`);
if (skippedFiles.length > 0)
  console.log(`${skippedFiles.length} suite${skippedFiles.length === 1 ? '' : 's'} not run`);
for (const { file, name, because } of skipped)
  console.log(`not run: ${relative(root, file ?? root)} "${name}": ${because}`);
for (const { file, why } of overrun) console.log(`timed out: ${relative(root, file)}: ${why}`);
// A program can be installed; a folder that the project does not contain may be unavailable.
if (process.env.REQUIRE_ALL)
  failed += skippedFiles.filter(({ isInstallable }) => isInstallable).length + skipped.length;
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

/** Runs files with Node's test runner. Kills everything that the tests started, however the run ends. */
async function runTests(paths) {
  const tally = createTally();
  if (paths.length === 0) return tally.result(0);
  const mark = randomUUID();
  const child = spawn(
    node,
    [
      '--test',
      `--test-timeout=${TEST_MS}`,
      // A test process exits after its last test and kills what its tests left running (support/started.ts).
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
      // A process group of its own, so that it can be killed as a whole.
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
  // The runner holds back a file's results until the files before it have ended, so that its events do not say whether
  // a file's tests are over. Its process does.
  const hasEnded = (file) =>
    process.platform === 'linux' &&
    !markedProcesses(mark).some((pid) => pid !== child.pid && programArguments(pid).includes(file));
  let silentMs = 0;
  let endedChecks = 0;
  let endings = 0;
  const timer = setInterval(() => {
    silentMs += EXIT_MS;
    endedChecks = tally.allAtWork(hasEnded) ? endedChecks + 1 : 0;
    // The second check leaves the runner time to report a process that has just ended.
    if (endedChecks < 2 && silentMs < TEST_MS + EXIT_MS) return;
    tally.overrun(hasEnded);
    silentMs = 0;
    endedChecks = 0;
    endings += 1;
    // The runner continues with the other files, unless it hangs itself.
    if (endings === 1 && process.platform === 'linux') killMarked(mark, [child.pid]);
    else endAll();
  }, EXIT_MS);
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (tally.take(line)) endings = 0;
    else console.error(line);
    silentMs = 0;
    endedChecks = 0;
  });
  const [code] = await once(child, 'exit');
  // Results that are still in the pipe count. Another process may keep the pipe open, so do not wait for its end only.
  await Promise.race([once(child.stderr, 'close'), new Promise((done) => setTimeout(done, EXIT_MS))]);
  clearInterval(timer);
  endAll();
  return tally.result(code);
}

function killGroup(pid) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

/** Counts the reporter's events and tracks which files are running. */
function createTally() {
  let passed = 0;
  let failed = 0;
  const skipped = [];
  const overrun = [];
  const atWork = new Set();
  const failedFiles = new Set();
  const kinds = {
    begin: ({ file }) => atWork.add(file),
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
    /** Returns whether the line was one of the reporter's. */
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
    /** Returns whether `test` holds for all files at work, of which there must be one. */
    allAtWork: (test) => atWork.size > 0 && [...atWork].every(test),
    /** Records the files at work as having exceeded their time. */
    overrun(hasEnded) {
      for (const file of atWork) {
        const why = hasEnded(file)
          ? 'its tests were over, and a program that they started kept its pipes open'
          : `it gave no result for ${(TEST_MS + EXIT_MS) / 1000} s`;
        if (!overrun.some((known) => known.file === file)) overrun.push({ file, why });
      }
    },
    result(code) {
      // Do not count a file again that the runner itself reports as failed.
      failed += overrun.filter(({ file }) => !failedFiles.has(file)).length;
      if (code !== 0 && failed === 0) failed = 1;
      return { passed, failed, skipped, overrun };
    },
  };
}
