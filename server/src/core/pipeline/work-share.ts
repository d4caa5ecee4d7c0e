import type { Stage } from '../domain/stage.ts';
import { STAGE_TRAITS } from './stage-traits.ts';

/**
 * Returns how much of a video's work is done, 0..1. `expected` are the stages that it has with the models in use, and
 * `shareOf` says how much of each is done, 0..1. Without expected stages everything is done.
 */
export function computeWorkShare(expected: readonly Stage[], shareOf: (stage: Stage) => number): number {
  let total = 0;
  let finished = 0;
  for (const stage of expected) {
    const { cost } = STAGE_TRAITS[stage];
    total += cost;
    finished += cost * Math.min(1, Math.max(0, shareOf(stage)));
  }
  return total === 0 ? 1 : finished / total;
}
