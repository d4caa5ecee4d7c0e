/** The value below which a share of the values lies. */
export function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** One line of a bench's table; a target reads `<= 50`. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string;
}

export const row = (name: string, value: number, unit: string, target = ''): Row => ({
  name,
  value,
  unit,
  target,
});

/** Seconds. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Seconds of each run but the first, which warms up. */
export async function timedRuns(runs: number, work: () => unknown): Promise<readonly number[]> {
  const seconds: number[] = [];
  for (let run = 0; run <= runs; run += 1) seconds.push(await timed(work));
  return seconds.slice(1);
}
