import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { goldfish, sandbox } from '../support/daemon.ts';

test('given no data and no network, when the self-test runs, then our row has the known number', async () => {
  const box = sandbox();
  const { code, stdout, stderr } = await goldfish(box, 'eval', 'selftest');
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  assert.match(stdout, /this Goldfish: selftest +V\+T .*86\.36 \[/);
  assert.match(stdout, /Goldfish \(paper\) +V\+T +31\.49/);
  assert.match(stdout, /Right: 19 of 22; the known number is 19/);
  assert.match(stdout, /cite the right place: 100 %/);
  // It used a data folder of its own.
  assert.ok(!existsSync(box.dataDir));
});
