// needs: nvim
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileUriOf } from '../../server/src/base/file-uri.ts';
import { bundle, sandbox, startDaemon } from '../support/daemon.ts';
import { fill, makeMedia } from '../support/make-media.ts';

test('Neovim without a plug-in of ours asks through executeCommand and sees progress', async (t) => {
  const box = sandbox();
  const daemon = await startDaemon(box);
  t.after(() => daemon.child.kill());
  const client = await daemon.client();
  const folder = join(box.folder, 'videos');
  mkdirSync(folder);
  const video = join(folder, 'bees.mp4');
  writeFileSync(join(folder, 'bees.srt'), '1\n00:00:01,000 --> 00:00:03,000\nThe bees return in April.\n');
  const draw = (canvas: Parameters<typeof fill>[0]) => fill(canvas, [220, 180, 20]);
  await makeMedia(video, { seconds: 4, video: { width: 64, height: 64, fps: 5, draw } });
  await client.result('goldfish/index', { uris: [fileUriOf(folder)] });

  const command = [process.execPath, bundle, 'lsp', '--stdio', '--data-dir', box.dataDir];
  const session = join(import.meta.dirname, '../support/nvim-session.lua');
  const nvim = spawn('nvim', ['--headless', '--clean', '-u', session], {
    cwd: box.folder,
    env: {
      ...box.env,
      GOLDFISH_COMMAND: JSON.stringify(command),
      GOLDFISH_QUESTION: 'When do the bees return?',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  const told: ReadonlyMap<string, unknown> = new Map(
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { what: string; found: unknown })
      .map(({ what, found }) => [what, found]),
  );
  assert.ok(Number(told.get('commands')) > 10);
  const answer = told.get('ask') as {
    answer: string;
    grounded: boolean;
    citations: { uri: string; startMs: number }[];
  };
  assert.match(answer.answer, /bees return in April/);
  assert.equal(answer.grounded, true);
  assert.deepEqual([answer.citations[0]?.uri, answer.citations[0]?.startMs], [fileUriOf(video), 1000]);
  assert.equal((told.get('search') as { hits: unknown[] }).hits.length, 1);
  assert.deepEqual(told.get('progress'), ['begin', 'end']);
});
