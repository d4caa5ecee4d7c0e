// needs: goldfish-train-python
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { findProgram } from '../../server/src/base/find-program.ts';

const folder = join(import.meta.dirname, '../../train');
const python = findProgram('goldfish-train-python', process.env) ?? '';
const suites = globSync('tests/test_*.py', { cwd: folder }).map((path) => basename(path, '.py'));

/** Runs one file of the trainer's own tests. Resolves with its exit code and report. */
function runSuite(name: string): Promise<{ readonly code: unknown; readonly report: string }> {
  // One thread: small models gain nothing from more, which only wait for each other on a busy machine.
  return new Promise((resolve) => {
    const env = { ...process.env, OMP_NUM_THREADS: '1', HF_HUB_OFFLINE: '1' };
    execFile(python, ['-m', 'unittest', `tests.${name}`], { cwd: folder, env }, (error, _, report) =>
      resolve({ code: error?.code ?? 0, report }),
    );
  });
}

test('given the trainer, when its tests are listed, then there are some', () => {
  assert.ok(suites.length >= 3, suites.join(' '));
});

for (const name of suites)
  test(`given the trainer, when ${name}.py runs, then all of its tests pass`, async (t) => {
    const { code, report } = await runSuite(name);
    const [line] = /^Ran \d+ tests? in .*$/m.exec(report) ?? [];
    t.diagnostic(line ?? 'no report');
    assert.equal(code, 0, report);
    assert.match(report, /^Ran [1-9]\d* tests?/m);
    assert.doesNotMatch(report, /skipped/);
  });
