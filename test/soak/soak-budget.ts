import type { TestContext } from 'node:test';
import { createRandom, type Random } from './random.ts';

/** Minutes of an attack that was started without `npm run soak`. */
const DEFAULT_MINUTES = 1;

export interface SoakBudget {
  readonly random: Random;
  /** Returns whether time is left. */
  hasTime(): boolean;
}

/** Returns the time and the source of choices of an attack. `SOAK_SEED` repeats the choices of a run. */
export function soakBudget(t: TestContext): SoakBudget {
  const minutes = Number(process.env.SOAK_MINUTES ?? DEFAULT_MINUTES);
  const seed = Number(process.env.SOAK_SEED ?? Date.now() % 1_000_000);
  const endMs = performance.now() + minutes * 60_000;
  t.diagnostic(`seed ${seed}`);
  return { random: createRandom(seed), hasTime: () => performance.now() < endMs };
}
