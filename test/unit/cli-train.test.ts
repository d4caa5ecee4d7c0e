import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { TrainingExportParams } from '../../server/protocol/training.ts';
import { type Answers, home, runToEnd as run } from '../support/cli.ts';

const exported = {
  path: '/lessons',
  rows: 12,
  splits: { train: 12, validation: 0, test: 0 },
  sources: { corrections: 3, tags: 1, captions: 8, subtitles: 0, host: 0 },
  refused: 0,
  unreadable: [{ path: '/a.mp4', reason: 'It is cut off.' }],
};

/** A Python that says what it was called with, and then `line`. */
function fakePython(name: string, line: string, code = 0): string {
  const path = join(home, name);
  writeFileSync(path, `#!/bin/sh\necho "called: $*" >&2\necho '${line}'\nexit ${code}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('given a data set, when it is exported, then its parts are counted and what was left out is named', async () => {
  const asked: TrainingExportParams[] = [];
  const answers: Answers = {
    'goldfish/train/export': (params) => {
      asked.push(params);
      return exported;
    },
  };
  const argv = [
    'train',
    'export',
    'lessons',
    '--split',
    '80/20/0',
    '--from',
    'corrections',
    'tags',
    '--captions',
    '2',
  ];
  const { out, code } = await run(argv, answers);
  assert.equal(code, 0);
  assert.match(out, /12 rows to \/lessons: 3 corrected, 1 tagged, 8 as captioned/);
  assert.match(out, /Left out \/a\.mp4: It is cut off\./);
  assert.match(out, /No video fell into the validation part/);
  const [{ folder, from, split, captionsPerCorrection } = assert.fail()] = asked;
  assert.ok(folder.endsWith('/lessons'));
  assert.deepEqual(from, ['corrections', 'tags']);
  assert.deepEqual(split, { train: 80, validation: 20, test: 0 });
  assert.equal(captionsPerCorrection, 2);
});

for (const [option, value] of [
  ['--split', '80/10'],
  ['--split', '80/10/11'],
  ['--split', '80/-10/30'],
  ['--split', 'a/b/c'],
  ['--captions', ''],
  ['--captions', '-1'],
  ['--captions', 'many'],
  ['--from', 'dreams'],
] as const)
  test(`given ${option} "${value}", when a data set is exported, then it is a usage error`, async () => {
    const { code, err } = await run(['train', 'export', 'lessons', option, value]);
    assert.equal(code, 2, err);
  });

test('given no Python packages, when a run is started, then the error names what is missing and the command for it', async () => {
  const variables = { GOLDFISH_TRAIN_DIR: join(home, 'nothing-here'), GOLDFISH_TRAIN_PYTHON: '' };
  const { code, err } = await run(['train', 'check', 'lessons'], {}, undefined, variables);
  assert.equal(code, 4);
  assert.match(err, /needs Python packages \(PyTorch and others\) that are not installed: 1\.\d GB/);
  assert.match(err, /goldfish train install/);
});

test('given a Python, when the trainer runs, then paths are absolute, progress is shown and its text is the result', async () => {
  const python = fakePython('python-well', '{"text": "Trained 3 steps.", "steps": 3}');
  const argv = ['train', 'fit', 'lessons', '--base', 'owner/name', '-o', 'out', '--stage', 'align'];
  const { code, out, err } = await run(argv, {}, undefined, { GOLDFISH_TRAIN_PYTHON: python });
  assert.equal(code, 0, err);
  assert.equal(out, 'Trained 3 steps.\n');
  assert.match(
    err,
    /called: -m goldfish_train fit \/\S+\/lessons --base owner\/name --output \/\S+\/out --stage align/,
  );
});

test('given a trainer that reports an error, when it ends, then the error and its remedy are shown', async () => {
  const python = fakePython(
    'python-error',
    '{"error": "lessons has faults.", "remedy": "Export it again."}',
    1,
  );
  const { code, err } = await run(['train', 'check', 'lessons'], {}, undefined, {
    GOLDFISH_TRAIN_PYTHON: python,
  });
  assert.equal(code, 1);
  assert.match(err, /lessons has faults\.\nExport it again\./);
});

test('given a trainer that dies, when it ends, then the error says so', async () => {
  const python = fakePython('python-dead', 'no JSON', 137);
  const { code, err } = await run(['train', 'check', 'lessons'], {}, undefined, {
    GOLDFISH_TRAIN_PYTHON: python,
  });
  assert.equal(code, 1);
  assert.match(err, /The trainer ended with code 137/);
  const gone = await run(['train', 'check', 'lessons'], {}, undefined, {
    GOLDFISH_TRAIN_PYTHON: join(home, 'gone'),
  });
  assert.equal(gone.code, 4);
  assert.match(gone.err, /could not be started/);
});
