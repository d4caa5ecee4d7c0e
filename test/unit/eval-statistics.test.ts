import assert from 'node:assert/strict';
import test from 'node:test';
import {
  calibrateJudge,
  cohensKappa,
  roganGladen,
} from '../../server/src/evaluation/statistics/agreement.ts';
import {
  clusterBootstrap,
  minimalDetectableDifference,
  quantile,
  wilsonInterval,
} from '../../server/src/evaluation/statistics/intervals.ts';
import {
  holmCorrection,
  mcnemarExact,
  pairedBootstrap,
} from '../../server/src/evaluation/statistics/paired.ts';

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

test("given discordant pairs, when McNemar's exact test is computed, then p is that of the binomial distribution", () => {
  // 2 * P(X <= 2 | n = 12, 1/2) = 2 * (1 + 12 + 66) / 4096.
  near(mcnemarExact(2, 10), 0.03857, 1e-5);
  near(mcnemarExact(10, 2), 0.03857, 1e-5);
  assert.equal(mcnemarExact(0, 0), 1);
  assert.equal(mcnemarExact(5, 5), 1);
  assert.ok(mcnemarExact(100, 300) < 1e-20);
});

test('given p values, when corrected by Holm, then they are scaled in order and never fall', () => {
  assert.deepEqual(
    holmCorrection([0.01, 0.04, 0.03, 0.005]).map((p) => Math.round(p * 1000) / 1000),
    [0.03, 0.06, 0.06, 0.02],
  );
  assert.deepEqual(holmCorrection([]), []);
});

test('given a difference that is in every video, when the pairs are bootstrapped, then the interval excludes 0', () => {
  const values = Array.from({ length: 60 }, (_, i) => ({
    cluster: String(Math.floor(i / 10)),
    a: i % 3 === 0 ? 1 : 0,
    b: i % 3 === 2 ? 0 : 1,
  }));
  const interval = pairedBootstrap(values);
  assert.ok(interval && interval.low > 0, JSON.stringify(interval));
});

test('given two judges, when their agreement is computed, then chance counts as 0', () => {
  const pairs = (both: number, onlyA: number, onlyB: number, neither: number) => [
    ...Array.from({ length: both }, () => [true, true] as const),
    ...Array.from({ length: onlyA }, () => [true, false] as const),
    ...Array.from({ length: onlyB }, () => [false, true] as const),
    ...Array.from({ length: neither }, () => [false, false] as const),
  ];
  // Cohen's own example form: observed .7, expected .5.
  near(cohensKappa(pairs(20, 5, 10, 15)), 0.4);
  assert.equal(cohensKappa(pairs(5, 0, 0, 5)), 1);
  assert.equal(cohensKappa(pairs(5, 5, 5, 5)), 0);
});

test('given a judge with known errors, when accuracy is corrected, then it is what people would give', () => {
  // 60 % truly right; the judge accepts 90 % of these and 20 % of the others: it says 62 %.
  near(roganGladen(0.62, 0.9, 0.8), 0.6);
  assert.equal(roganGladen(0.5, 0.5, 0.5), undefined);
  assert.equal(roganGladen(0.1, 0.9, 0.8), 0);
  const labels = [
    ...Array.from({ length: 54 }, () => [true, true] as const),
    ...Array.from({ length: 6 }, () => [false, true] as const),
    ...Array.from({ length: 8 }, () => [true, false] as const),
    ...Array.from({ length: 32 }, () => [false, false] as const),
  ];
  const calibration = calibrateJudge(labels, 0.62);
  near(calibration.corrected, 0.6);
  near(calibration.agreement, 0.86);
  assert.ok(calibration.interval && calibration.interval.low < 0.6 && calibration.interval.high > 0.6);
});
