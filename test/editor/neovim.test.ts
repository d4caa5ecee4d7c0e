// needs: nvim
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle, goldfish, sandbox } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';

const said = 'The apples are picked in October.';

test('a Neovim session: diagnostics, hover, links, symbols, and a question with progress', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const folder = join(box.folder, 'notes');
  mkdirSync(folder);
  const path = join(folder, 'harvest.mp4');
  writeFileSync(join(folder, 'harvest.srt'), `1\n00:00:01,000 --> 00:00:04,000\n${said}\n`);
  await makeMedia(path, {
    seconds: 5,
    video: { width: 64, height: 48, fps: 5, draw: (canvas) => fill(canvas, [200, 90, 20]) },
  });
  writeFileSync(join(folder, 'notes.md'), 'See [a](harvest.mp4#t=1,4)\nand [[harvest.mp4#t=61]].\n');
  assert.equal((await goldfish(box, 'index', folder)).code, 0);

  const command = [process.execPath, bundle, 'lsp', '--stdio', '--data-dir', box.dataDir];
  const nvim = spawn(
    'nvim',
    ['--headless', '-u', 'NONE', '-n', '-S', join(import.meta.dirname, 'neovim.lua')],
    {
      cwd: folder,
      env: { ...box.env, GOLDFISH: JSON.stringify(command) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  nvim.stdout.on('data', (text) => {
    out += text;
  });
  nvim.stderr.on('data', (text) => {
    err += text;
  });
  const [code] = await once(nvim, 'close');
  assert.equal(code, 0, err);
  const seen = new Map(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .map(({ name, value }) => [name, value]),
  );
  const video = pathToFileURL(path).href;
  assert.deepEqual(seen.get('diagnostics'), [[1, 6, 'The video ends at 0:05, before 1:01.']]);
  assert.match(seen.get('hover'), /harvest\.mp4\*\* 0:01-0:04 of 0:05[\s\S]*said: The apples/);
  assert.deepEqual(seen.get('links'), [`${video}#t=1,4`, `${video}#t=61`]);
  assert.deepEqual(seen.get('symbols'), [`0:01 ${said}`]);
  assert.equal(seen.get('ask'), true);
  assert.match(seen.get('shown')[0], /October[\s\S]*#t=1,4/);
  assert.deepEqual([seen.get('progress')[0], seen.get('progress').at(-1)], ['begin', 'end']);
});
