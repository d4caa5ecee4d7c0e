import assert from 'node:assert/strict';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';

for (const [set, task] of [
  ['msvd-qa', 'open questions'],
  ['lvbench', 'choices'],
  ['qvhighlights', 'moments'],
] as const)
  test(`given ${task} in the format of ${set}, when the self-test runs, then the known number is right`, async () => {
    const { code, stdout, stderr } = await goldfish(sandbox(), 'eval', 'selftest', set);
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    assert.match(stdout, /Right: 19 of 22; the known number is 19/);
    if (set === 'lvbench') assert.match(stdout, /cite the right place: 100 %/);
  });

test('given a set that has no self-test, when it is named, then the error lists those that have', async () => {
  const { code, stderr } = await goldfish(sandbox(), 'eval', 'selftest', 'tvr');
  assert.equal(code, 2);
  assert.match(stderr, /no self-test of tvr.*\n.*tvqa-long, msvd-qa, lvbench, qvhighlights/);
});
