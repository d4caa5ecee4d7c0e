import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { cpuSecondsIn, memoryIn } from '../bench/child-memory.ts';
import { at, rounded, timedRuns } from '../bench/timing.ts';

test('given values in any order, when a percentile is read, then it is that of the sorted values', () => {
  assert.equal(at([30, 10, 20], 0.5), 20);
  assert.equal(at([30, 10, 20], 0.99), 30);
  assert.equal(at([30, 10, 20], 1), 30);
  assert.equal(rounded(1.25, 1), 1.3);
});

test('given timed runs, then the first is a warm-up and left out', async () => {
  let runs = 0;
  const seconds = await timedRuns(2, () => (runs += 1));
  assert.equal(runs, 3);
  assert.equal(seconds.length, 2);
});

test('given the status of a process, when its memory is read, then current and peak are in MB', () => {
  const status = 'Name:\tnode\nVmPeak:\t 9000000 kB\nVmHWM:\t  500000 kB\nVmRSS:\t  250000 kB\n';
  assert.deepEqual(memoryIn(status), { now: 256, most: 512 });
});

test('given the stat of a process, when its processor time is read, then user and system are added, whatever its name', () => {
  const stat = '42 (node (a) 7) S 1 42 42 0 -1 4194560 1 0 0 0 1250 75 0 0 39 19 11 0 1 1 1';
  assert.equal(cpuSecondsIn(stat), 13.25);
});

test('given the default models of the manifest, then each but the reader, which npm brings, can be written with random weights', () => {
  const read = (path: string) => readFileSync(new URL(`../../models/${path}`, import.meta.url), 'utf8');
  const { models } = JSON.parse(read('manifest.json')) as {
    models: { id: string; role: string; default: boolean }[];
  };
  const shapes = read('random/shapes.py');
  const left = models.filter(
    ({ id, role, default: taken }) => taken && role !== 'reader' && !shapes.includes(`"${id}": (`),
  );
  assert.deepEqual(left, []);
});
