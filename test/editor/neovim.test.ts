// needs: nvim
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { finished, notesFor, observed, said, withoutDay } from '../support/notes.ts';
import { runProgram } from '../support/run-program.ts';

test('given Neovim, when a note is edited, then all features of the language server work', async (t) => {
  const box = sandbox();
  t.after(() => goldfish(box, 'stop'));
  const { folder, video, env } = await notesFor(box);
  const script = join(import.meta.dirname, 'neovim.lua');
  const args = ['--headless', '-u', 'NONE', '-n', '-S', script];
  const { code, out, err } = await runProgram('nvim', args, { cwd: folder, env });
  assert.equal(code, 0, err);
  const seen = observed(out);
  assert.deepEqual(seen.get('diagnostics'), [
    [1, 6, 'This link starts at 1:01, but the video ends at 0:05.'],
  ]);
  assert.match(String(seen.get('hover')), /harvest\.mp4\*\* 0:01-0:04 of 0:05[\s\S]*said: The apples/);
  assert.deepEqual(seen.get('links'), [`${video}#t=1,4`, `${video}#t=61`]);
  assert.deepEqual(seen.get('symbols'), [`0:01 ${said}`]);
  assert.deepEqual(seen.get('completion'), ['harvest.mp4#t=1,4']);
  assert.equal(seen.get('ask'), true);
  const [shown] = seen.get('shown') as string[];
  assert.match(shown ?? '', /October[\s\S]*#t=1,4/);
  const progress = seen.get('progress') as string[];
  assert.deepEqual([progress[0], progress.at(-1)], ['begin', 'end']);
  assert.deepEqual(seen.get('lenses'), ['Ask Goldfish']);
  assert.deepEqual((seen.get('notes') as string[]).map(withoutDay), finished);
});
