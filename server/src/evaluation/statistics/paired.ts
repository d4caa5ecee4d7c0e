import { clusterBootstrap, type Interval } from './intervals.ts';

/** One item that two runs answered. */
export interface PairedValue {
  readonly cluster: string;
  readonly a: number;
  readonly b: number;
}

/** Returns the 95 % interval of mean(b) - mean(a) by resampling whole clusters. Undefined for fewer than two. */
export function pairedBootstrap(values: readonly PairedValue[], seed = 0): Interval | undefined {
  return clusterBootstrap(
    values.map(({ cluster, a, b }) => ({ cluster, value: b - a })),
    seed,
  );
}

/** Logarithms of factorials 0! to n!. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 1; i <= n; i += 1) logs[i] = (logs[i - 1] ?? 0) + Math.log(i);
  return logs;
}

/** Returns McNemar's exact two-sided p for the items that only one of two runs has right. */
export function mcnemarExact(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  if (n === 0) return 1;
  const logs = logFactorials(n);
  const logOf = (k: number) => (logs[n] ?? 0) - (logs[k] ?? 0) - (logs[n - k] ?? 0) - n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(onlyA, onlyB); k += 1) tail += Math.exp(logOf(k));
  return Math.min(1, 2 * tail);
}

/** Returns p values corrected for their number by Holm's method, in the given order. */
export function holmCorrection(values: readonly number[]): readonly number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const corrected = new Array<number>(values.length).fill(1);
  let highest = 0;
  for (const [rank, index] of order.entries()) {
    highest = Math.max(highest, Math.min(1, (values[index] ?? 1) * (values.length - rank)));
    corrected[index] = highest;
  }
  return corrected;
}
