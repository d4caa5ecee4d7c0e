import assert from 'node:assert/strict';
import test from 'node:test';
import {
  clusterBootstrap,
  minimalDetectableDifference,
  quantile,
  wilsonInterval,
} from '../../server/src/evaluation/statistics/intervals.ts';

const near = (actual: number | undefined, expected: number, tolerance = 1e-4) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual} is not ${expected}`);

test('given counts, when Wilson intervals are computed, then they equal published ones', () => {
  // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
  const cases = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const;
  for (const [successes, trials, low, high] of cases) {
    const interval = wilsonInterval(successes, trials);
    near(interval.low, low);
    near(interval.high, high);
  }
  assert.deepEqual(wilsonInterval(0, 0), { low: 0, high: 1 });
});

test('given values that agree within videos, when bootstrapped, then the interval is wider than for independent ones', () => {
  const values = Array.from({ length: 400 }, (_, i) => ({
    video: Math.floor(i / 40),
    right: Math.floor(i / 40) % 2,
  }));
  const clustered = clusterBootstrap(
    values.map(({ video, right }) => ({ cluster: String(video), value: right })),
  );
  const independent = clusterBootstrap(values.map(({ right }, i) => ({ cluster: String(i), value: right })));
  assert.ok(clustered && independent);
  assert.ok(clustered.high - clustered.low > 3 * (independent.high - independent.low));
  // Binomial with 10 draws of a half: 2.5 % and 97.5 % are 2 and 8 of 10.
  near(clustered.low, 0.2, 0.011);
  near(clustered.high, 0.8, 0.011);
});

test('given a seed, when bootstrapped twice, then the intervals are equal', () => {
  const values = Array.from({ length: 50 }, (_, i) => ({
    cluster: String(i % 7),
    value: i % 3 === 0 ? 1 : 0,
  }));
  assert.deepEqual(clusterBootstrap(values, 3), clusterBootstrap(values, 3));
  assert.equal(clusterBootstrap([{ cluster: 'a', value: 1 }]), undefined);
});

test('given sorted values, when a quantile is read, then it interpolates', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([5], 0.9), 5);
  assert.ok(Number.isNaN(quantile([], 0.5)));
});

test('given 500 items at 50 %, when asked what a comparison can show, then it is about 6 points', () => {
  near(minimalDetectableDifference(500), 0.0626, 0.001);
});
