import type { Stage } from '../domain/stage.ts';

/**
 * Usual time of each stage of a video, relative to the others. They only weigh the percentages that people see; times
 * left are measured.
 */
const STAGE_COSTS: Readonly<Record<Stage, number>> = {
  probe: 1,
  cues: 1,
  facts: 20,
  screenText: 40,
  transcribe: 100,
  caption: 300,
  embed: 10,
  embedFrames: 20,
  passages: 2,
  summary: 0,
};

/**
 * Returns how much of a video's work is done, 0..1. `expected` are the stages that it has with the models in use, and
 * `shareOf` says how much of each is done, 0..1. Without expected stages everything is done.
 */
export function computeWorkShare(expected: readonly Stage[], shareOf: (stage: Stage) => number): number {
  let total = 0;
  let finished = 0;
  for (const stage of expected) {
    const cost = STAGE_COSTS[stage];
    total += cost;
    finished += cost * Math.min(1, Math.max(0, shareOf(stage)));
  }
  return total === 0 ? 1 : finished / total;
}
