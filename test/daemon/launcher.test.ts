import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { endWithTests } from '../support/started.ts';
import { tempFolder } from '../support/temp-folder.ts';

const project = join(import.meta.dirname, '../..');

/** A project of our build and launcher around a command that only echoes. */
function smallProject(main: string) {
  const root = tempFolder();
  for (const name of ['server/bin', 'esbuild.mjs', 'package.json', 'package-lock.json']) {
    mkdirSync(join(root, 'server/src'), { recursive: true });
    cpSync(join(project, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'server/src/main.ts'), main);
  return root;
}

function launch(root: string, args: readonly string[] = [], cwd = root) {
  const child = endWithTests(
    spawn(process.execPath, [join(root, 'server/bin/goldfish.mjs'), ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  const said = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    said.out += text;
  });
  child.stderr.on('data', (text) => {
    said.err += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  return { child, ended };
}

const built = /Building Goldfish/g;
const echo = `process.stdout.write(JSON.stringify(process.argv.slice(2)) + process.cwd());\nprocess.exitCode = 7;\n`;

test('given no build, when two commands start, then it is built once; when a source changes, then it is built again', async () => {
  const root = smallProject(echo);
  const both = await Promise.all([launch(root, ['a b', '--json']).ended, launch(root, ['c'], '/').ended]);
  assert.deepEqual(
    both.map(({ code, out }) => [code, out]),
    [
      [7, `["a b","--json"]${root}`],
      [7, '["c"]/'],
    ],
  );
  assert.equal(`${both[0].err}${both[1].err}`.match(built)?.length, 1);
  assert.equal((await launch(root).ended).err, '');

  const later = new Date(Date.now() + 5000);
  writeFileSync(join(root, 'server/src/main.ts'), `console.log('new');`);
  utimesSync(join(root, 'server/src/main.ts'), later, later);
  const again = await launch(root).ended;
  assert.equal(again.out, 'new\n');
  assert.match(again.err, built);
});

test('given a source that does not compile, when launched, then stderr has the reason, stdout is empty and the exit code is not 0', async () => {
  const root = smallProject('this is no TypeScript');
  const { code, out, err } = await launch(root).ended;
  assert.notEqual(code, 0);
  assert.equal(out, '');
  assert.match(err, /main\.ts:1/);
});

test('given a packed install without sources, when launched, then it runs the build; without one, the error names the remedy', async () => {
  const root = smallProject(echo);
  await launch(root).ended;
  rmSync(join(root, 'server/src'), { recursive: true });
  rmSync(join(root, 'dist/.built'));
  assert.deepEqual(await launch(root, ['x']).ended, { code: 7, signal: null, out: `["x"]${root}`, err: '' });
  rmSync(join(root, 'dist'), { recursive: true });
  const { code, out, err } = await launch(root).ended;
  assert.deepEqual([code, out], [70, '']);
  assert.match(err, /npm ci && npm run build/);
});

test('given three builds, when the third ends, then parts of the first are removed and those of the second stay', async () => {
  const root = smallProject(`export const a = await import('./part.ts');`);
  const parts = () => readdirSync(join(root, 'dist')).filter((name) => /^part-.*\.mjs$/.test(name));
  let time = Date.now();
  const buildWith = async (text: string) => {
    writeFileSync(join(root, 'server/src/part.ts'), text);
    time += 5000;
    utimesSync(join(root, 'server/src/part.ts'), new Date(time), new Date(time));
    await launch(root).ended;
    return parts();
  };
  const first = await buildWith('export const n = 1;');
  const second = await buildWith('export const n = 2;');
  const third = await buildWith('export const n = 3;');
  assert.deepEqual([first.length, second.length, third.length], [1, 2, 2]);
  assert.ok(!third.includes(first[0] ?? ''));
  const listed: readonly string[] = JSON.parse(readFileSync(join(root, 'dist/.built'), 'utf8'));
  assert.ok(listed.every((name) => existsSync(join(root, 'dist', name))));
});

test('given a running command, when the launcher gets a signal, then the command gets it and its exit code is returned', async () => {
  const root = smallProject(
    `let n = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => {
  n += 1;
  console.log(name);
  if (n === 2) process.exit(5);
});
setInterval(() => {}, 1000);
console.log('up');`,
  );
  const { child, ended } = launch(root);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const { code, out } = await ended;
  assert.equal(code, 5);
  assert.equal(out, 'up\nSIGINT\nSIGTERM\n');
});
