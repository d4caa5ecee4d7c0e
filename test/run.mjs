// Runs every suite with Node's own test runner and prints the count alone on the last line.
// `node test/run.mjs unit contract/store` runs those folders or files only.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fitNode } from '../server/bin/node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const suites = ['unit', 'golden', 'contract', 'daemon', 'editor', 'browser'];
const onPath = (name) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));

/** What a suite needs beyond npm: `// needs: chromium` in one of its first lines. */
async function needs(file) {
  const { readFile } = await import('node:fs/promises');
  const head = (await readFile(file, 'utf8')).slice(0, 400);
  return [...head.matchAll(/^\/\/ needs: (\S+)/gm)].map((match) => match[1]).filter((name) => !onPath(name));
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const roots =
  wanted.length > 0
    ? wanted.map((name) => resolve(root, 'test', name.replace(/^test\//, '')))
    : suites.map((name) => join(root, 'test', name));
const files = roots
  .flatMap((path) =>
    path.endsWith('.ts') ? [path] : globSync('**/*.test.ts', { cwd: path }).map((name) => join(path, name)),
  )
  .sort();

const left = [];
const run = [];
for (const file of files) {
  const missing = await needs(file);
  if (missing.length > 0) left.push({ file, missing });
  else run.push(file);
}

const node = fitNode();
// These drive what users run: the bundle. The build has its own lock, for several runs at once.
if (
  run.some((file) => ['daemon', 'editor', 'browser', 'pack'].includes(relative(root, file).split(/[\\/]/)[1]))
) {
  const { status } = spawnSync(node, [join(root, 'esbuild.mjs'), '--if-stale'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('The bundle could not be built; the lines above say why.');
}
const child = spawn(
  node,
  [
    '--test',
    '--test-reporter=spec',
    `--test-reporter-destination=stdout`,
    '--test-reporter',
    join(root, 'test/support/count-reporter.mjs'),
    '--test-reporter-destination=stderr',
    `--test-concurrency=${process.env.TEST_CONCURRENCY ?? 2}`,
    ...run,
  ],
  {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    env: {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      ORT_DISABLE_TELEMETRY: '1',
    },
  },
);
let counted = '';
child.stderr.on('data', (data) => {
  counted += data;
});
const code = run.length === 0 ? 0 : await new Promise((done) => child.on('close', done));
const match = /^COUNT (\d+) (\d+)$/m.exec(counted);
const skipped = [...counted.matchAll(/^SKIPPED (.*)$/gm)].map((found) => JSON.parse(found[1]));
const noise = counted.replace(/^(COUNT|SKIPPED) .*$/gm, '').trim();
if (noise) console.error(noise);
let failed = match ? Number(match[2]) : run.length === 0 ? 0 : 1;
const passed = match ? Number(match[1]) : 0;
if (code !== 0 && failed === 0) failed = 1;
for (const { file, missing } of left)
  console.log(`not run: ${relative(root, file)} needs ${missing.join(', ')}`);
if (left.length > 0) console.log(`${left.length} suite${left.length === 1 ? '' : 's'} not run`);
for (const { file, name, because } of skipped)
  console.log(`not run: ${relative(root, file ?? root)} "${name}": ${because}`);
if (process.env.REQUIRE_ALL) failed += left.length + skipped.length;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
