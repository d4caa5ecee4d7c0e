import assert from 'node:assert/strict';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { OutputError, writeAtomicOutput } from '../../server/src/base/atomic-output.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = tempFolder();
const here = () => mkdtempSync(join(root, 'w'));
const isOutput = (kind: string, words: RegExp) => (error: unknown) =>
  error instanceof OutputError && error.kind === kind && words.test(error.message);

test('given a file in progress, when it is complete, then it gets its name; before, it has a hidden one of the same extension', async () => {
  const folder = here();
  const path = join(folder, 'clip.mp4');
  const result = await writeAtomicOutput(path, false, [], async (part) => {
    assert.match(part, /\/\.clip-[0-9a-f]{12}\.part\.mp4$/);
    assert.deepEqual(readdirSync(folder).length, 1);
    writeFileSync(part, 'whole');
    return 7;
  });
  assert.equal(result, 7);
  assert.deepEqual(readdirSync(folder), ['clip.mp4']);
  assert.equal(readFileSync(path, 'utf8'), 'whole');
});

test('given work that fails, then no part of the file is left', async () => {
  const folder = here();
  const failure = new Error('no');
  const failing = writeAtomicOutput(join(folder, 'clip.mp4'), true, [], async (part) => {
    writeFileSync(part, 'half');
    throw failure;
  });
  await assert.rejects(failing, failure);
  assert.deepEqual(readdirSync(folder), []);
});

test('given a file that appears during the work, then it stays without force and is replaced with force', async () => {
  const folder = here();
  const path = join(folder, 'clip.mp4');
  const write = async (part: string) => {
    writeFileSync(part, 'new');
    writeFileSync(path, 'old');
  };
  await assert.rejects(
    writeAtomicOutput(path, false, [], write),
    isOutput('exists', /clip\.mp4 already exists/),
  );
  assert.equal(readFileSync(path, 'utf8'), 'old');
  await writeAtomicOutput(path, true, [], write);
  assert.equal(readFileSync(path, 'utf8'), 'new');
  assert.deepEqual(readdirSync(folder), ['clip.mp4']);
});

test('given a path that leads to a source file, when it is written, then it is refused', async () => {
  const folder = here();
  const source = join(folder, 'source.mp4');
  writeFileSync(source, 'source');
  linkSync(source, join(folder, 'hard.mp4'));
  symlinkSync(source, join(folder, 'soft.mp4'));
  for (const name of ['source.mp4', 'hard.mp4', 'soft.mp4'])
    await assert.rejects(
      writeAtomicOutput(join(folder, name), true, [source], () => assert.fail('nothing is written')),
      isOutput('exists', /source files/),
    );
  assert.equal(readFileSync(source, 'utf8'), 'source');
});

test('given a missing folder or a folder at the path, when a file is written, then the error says so', async () => {
  const folder = here();
  const write = async () => undefined;
  await assert.rejects(
    writeAtomicOutput(join(folder, 'no', 'clip.mp4'), false, [], write),
    isOutput('unwritable', /The folder .* does not exist/),
  );
  mkdirSync(join(folder, 'dir.mp4'));
  for (const force of [false, true])
    await assert.rejects(
      writeAtomicOutput(join(folder, 'dir.mp4'), force, [], write),
      isOutput('exists', /already exists/),
    );
  assert.deepEqual(readdirSync(folder), ['dir.mp4']);
});
