// needs: emacs
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { finished, notesFor, observed, said, withoutDay } from '../support/notes.ts';
import { runProgram } from '../support/run-program.ts';

test('given Emacs with eglot, when a note is edited, then all features of the language server work', async (t) => {
  const box = sandbox();
  const look = ['-q', '--batch', '--eval', "(require 'eglot)"];
  const has = await runProgram('emacs', look, { cwd: box.folder, env: box.env });
  if (has.code !== 0) return t.skip('this Emacs has no eglot');
  t.after(() => goldfish(box, 'stop'));
  const { folder, video, env } = await notesFor(box);
  const args = ['-q', '--batch', '-l', join(import.meta.dirname, 'emacs.el')];
  const { code, out, err } = await runProgram('emacs', args, { cwd: folder, env });
  assert.equal(code, 0, err);
  const seen = observed(out);
  assert.match(String(seen.get('hover')), /harvest\.mp4\*\* 0:01-0:04 of 0:05[\s\S]*said: The apples/);
  assert.deepEqual(seen.get('links'), [`${video}#t=1,4`, `${video}#t=61`]);
  assert.deepEqual(seen.get('symbols'), [`0:01 ${said}`]);
  assert.match(String(seen.get('ask')), /October/);
  assert.deepEqual(seen.get('progress'), ['begin', 'end']);
  const [warning] = seen.get('diagnostics') as string[];
  assert.match(warning ?? '', /This link starts at 1:01, but the video ends at 0:05\./);
  assert.deepEqual(seen.get('completion'), ['harvest.mp4#t=1,4']);
  assert.deepEqual((seen.get('notes') as string[]).map(withoutDay), finished);
});
