import assert from 'node:assert/strict';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { OutputError } from '../../server/src/base/atomic-output.ts';
import { guardOutput } from '../../server/src/base/output-guard.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
const at = (...names: readonly string[]) => join(root, ...names);
for (const folder of ['videos', 'data/index', 'out']) mkdirSync(at(folder), { recursive: true });
for (const file of ['videos/a.mp4', 'videos/a.srt', 'data/index/rows', 'out/mine.md'])
  writeFileSync(at(file), file);
symlinkSync(at('videos'), at('link'));
symlinkSync(at('data'), at('data-link'));
symlinkSync(at('videos/a.mp4'), at('out/soft.mp4'));
linkSync(at('videos/a.srt'), at('out/hard.srt'));
linkSync(at('data/index/rows'), at('out/hard.rows'));

const indexed = [at('videos/a.mp4'), at('videos/a.srt'), at('videos/away.mp4')];
const guard = guardOutput({ files: () => indexed, folder: at('data') });

for (const [what, path] of [
  ['an indexed video', 'videos/a.mp4'],
  ['its subtitles', 'videos/a.srt'],
  ['an indexed video that is away', 'videos/away.mp4'],
  ['an indexed video that is away, through a linked folder', 'link/away.mp4'],
  ['another spelling', 'out/../videos/./a.mp4'],
  ['a linked folder', 'link/a.mp4'],
  ['a symbolic link', 'out/soft.mp4'],
  ['a hard link to subtitles', 'out/hard.srt'],
  ['a hard link to a file of the data folder', 'out/hard.rows'],
  ['a file of the data folder', 'data/index/rows'],
  ['a new file in the data folder', 'data/new.md'],
  ['a new file in a link to the data folder', 'data-link/index/new.md'],
] as const)
  test(`given ${what}, when an output is to be written there, then it is refused with the path`, async () => {
    await assert.rejects(guard(`${root}/${path}`), (error) => {
      assert.ok(error instanceof OutputError);
      assert.equal(error.kind, 'protected');
      assert.ok(error.message.startsWith(`${root}/${path} `), error.message);
      return true;
    });
  });

test('given any other file or name, when an output is to be written there, then nothing is refused', async () => {
  for (const path of ['out/mine.md', 'out/new.md', 'videos/new.md', 'nowhere/new.md', 'data.md'])
    await guard(at(path));
});
