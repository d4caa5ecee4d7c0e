import { createSeededRandom } from './random.ts';

/** An interval of confidence, 95 %. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Quantile of the normal distribution for 95 %. */
const Z = 1.959963984540054;
const BOOTSTRAP_ROUNDS = 10_000;

/** Returns Wilson's interval of a share. The whole range for no trials. */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 };
  const share = successes / trials;
  const centre = share + (Z * Z) / (2 * trials);
  const spread = Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  const scale = 1 + (Z * Z) / trials;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}

/** One value and the cluster it belongs to: values of one video are not independent. */
export interface ClusteredValue {
  readonly cluster: string;
  readonly value: number;
}

/** Sum and count of each cluster: all that a mean needs. */
function sumClusters(values: readonly ClusteredValue[]): readonly { sum: number; count: number }[] {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const { cluster, value } of values) {
    const entry = sums.get(cluster) ?? { sum: 0, count: 0 };
    entry.sum += value;
    entry.count += 1;
    sums.set(cluster, entry);
  }
  return [...sums.values()];
}

/** Returns the value below which a share of sorted values lies. Interpolates. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const position = share * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? low;
  return low + (high - low) * (position - Math.floor(position));
}

/**
 * Returns the percentile interval of the mean by resampling whole clusters. Undefined for fewer than two clusters, which
 * say nothing about spread.
 */
export function clusterBootstrap(
  values: readonly ClusteredValue[],
  seed = 0,
  rounds = BOOTSTRAP_ROUNDS,
): Interval | undefined {
  const clusters = sumClusters(values);
  if (clusters.length < 2) return undefined;
  const random = createSeededRandom(seed);
  const means = new Float64Array(rounds);
  for (let round = 0; round < rounds; round += 1) {
    let sum = 0;
    let count = 0;
    for (let draw = 0; draw < clusters.length; draw += 1) {
      const cluster = clusters[Math.floor(random() * clusters.length)];
      sum += cluster?.sum ?? 0;
      count += cluster?.count ?? 0;
    }
    means[round] = sum / count;
  }
  means.sort();
  return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns the smallest difference of two shares that a paired run of n items is likely to show (80 % power). */
export function minimalDetectableDifference(trials: number, share = 0.5): number {
  const POWER_Z = 0.8416212335729143;
  // Two runs over the same items: about half of the variance of each is shared.
  return trials === 0 ? 1 : (Z + POWER_Z) * Math.sqrt((share * (1 - share)) / trials);
}
