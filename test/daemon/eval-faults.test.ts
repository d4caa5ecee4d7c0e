import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';
import { writeQuestionSet } from '../support/question-set.ts';

const quick = [
  '--captioner',
  'none',
  '--embedder',
  'none',
  '--answerer',
  'none',
  '--set',
  'models.offline=true',
];

test('given a set with a missing and a broken video, when it is prepared and run, then both are named and the rest is measured', async () => {
  const box = sandbox();
  const source = join(box.folder, 'msvd');
  await writeQuestionSet(source, 2);
  rmSync(join(source, 'videos/cat_1_4.mp4'));
  writeFileSync(join(source, 'videos/vid3.mp4'), 'no video at all');
  const prepared = await goldfish(box, 'eval', 'prepare', 'msvd-qa', '--from', source);
  assert.equal(prepared.code, 0, prepared.stderr);
  assert.match(prepared.stdout, /4 items on 2 videos ready/);
  assert.match(prepared.stdout, /missing video cat_1_4: cat_1_4\.mp4 .*\(2 items\)/);
  const run = await goldfish(box, 'eval', 'run', 'msvd-qa', ...quick);
  // Two items have no result, so the exit code says so.
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.stdout, /4 asked, 0 known already, 2 failed\. Not complete/);
  const report = await goldfish(box, 'eval', 'report', 'msvd-qa', '-f', 'json', '--json');
  assert.equal(JSON.parse(report.stdout).reports[0].failures, 2);
});

test('given wrong names and values, when they are used, then each error says what to do', async () => {
  const box = sandbox();
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['prepare', 'msvd', '--from', '.'], 2, /no set msvd.*\n.*eval sets/],
    [['prepare', 'msvd-qa', '--from', box.folder], 1, /no test_qa\.json.*\n.*--from/],
    [['run', 'msvd-qa'], 1, /not prepared.*\n.*eval prepare msvd-qa --from/],
    [['run', 'msvd-qa', '--shard', '3/2'], 2, /is not a part.*\n.*2\/8/],
    [['run', 'msvd-qa', '-k', '0'], 2, /is not a number of clips/],
    [['run', 'msvd-qa', '--use', 'smell'], 2, /smell is unknown.*\n.*speech/],
    [['report', 'nothing'], 1, /no run nothing/],
    [['judge', 'nothing', '--judge', 'exact'], 1, /no run nothing/],
  ];
  for (const [args, code, message] of cases) {
    const outcome = await goldfish(box, 'eval', ...args);
    assert.equal(outcome.code, code, `${args.join(' ')}: ${outcome.stderr}`);
    assert.match(outcome.stderr, message);
  }
});
