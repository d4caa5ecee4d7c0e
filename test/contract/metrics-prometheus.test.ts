// needs: python-prometheus
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { createMetricsExample } from '../support/metrics-example.ts';

interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly (readonly [name: string, labels: Record<string, string>, value: number])[];
}

test("given metrics of a busy daemon, when Prometheus' own parser reads them, then it finds each value under its type", async () => {
  const script = join(import.meta.dirname, '../support/read-metrics.py');
  const { stdout, stderr, status } = spawnSync('python-prometheus', [script], {
    input: await createMetricsExample(),
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const families = new Map((JSON.parse(stdout) as Family[]).map((family) => [family.name, family]));
  const samplesOf = (name: string) => families.get(name)?.samples;
  for (const family of families.values()) {
    assert.ok(['gauge', 'counter', 'histogram'].includes(family.type), `${family.name} ${family.type}`);
    assert.notEqual(family.help, '', family.name);
  }
  assert.deepEqual(samplesOf('goldfish_work_waiting'), [['goldfish_work_waiting', {}, 4]]);
  assert.deepEqual(samplesOf('goldfish_work_failed'), [
    ['goldfish_work_failed', { stage: 'facts', reason: 'truncated' }, 2],
  ]);
  assert.deepEqual(samplesOf('goldfish_clips_per_second'), [['goldfish_clips_per_second', {}, 1]]);
  assert.deepEqual(samplesOf('goldfish_worker_load'), [
    ['goldfish_worker_load', { worker: 'w1', host: 'a "b"\\c\nd' }, 0.25],
  ]);
  const durations = families.get('goldfish_request_seconds');
  assert.equal(durations?.type, 'histogram');
  const searches = durations?.samples.filter(([, { kind }]) => kind === 'search') ?? [];
  const bucket = (le: string) => searches.find(([, labels]) => labels.le === le)?.[2];
  assert.deepEqual(
    [bucket('0.01'), bucket('0.025'), bucket('2.5'), bucket('5.0') ?? bucket('5'), bucket('+Inf')],
    [0, 2, 2, 3, 3],
  );
  const findValue = (name: string) => searches.find((sample) => sample[0] === name)?.[2];
  assert.equal(findValue('goldfish_request_seconds_count'), 3);
  assert.ok(Math.abs((findValue('goldfish_request_seconds_sum') ?? 0) - 3.04) < 1e-9);
  assert.equal(
    families.get('goldfish_request_failures')?.samples.find(([, { kind }]) => kind === 'search')?.[2],
    1,
  );
});
