import { type Interval, meanOf, quantile } from './intervals.ts';
import { createSeededRandom } from './random.ts';

/** Returns Cohen's kappa of two judges on the same items: 1 for full agreement, 0 for that of chance. */
export function cohensKappa(pairs: readonly (readonly [boolean, boolean])[]): number {
  if (pairs.length === 0) return Number.NaN;
  const observed = meanOf(pairs.map(([a, b]) => (a === b ? 1 : 0)));
  const shareA = meanOf(pairs.map(([a]) => (a ? 1 : 0)));
  const shareB = meanOf(pairs.map(([, b]) => (b ? 1 : 0)));
  const expected = shareA * shareB + (1 - shareA) * (1 - shareB);
  return expected === 1 ? 1 : (observed - expected) / (1 - expected);
}

/** A judge compared with people on the same answers. */
export interface JudgeCalibration {
  readonly labels: number;
  /** Share of labels on which judge and person agree. */
  readonly agreement: number;
  readonly kappa: number;
  /** Share of right answers that the judge accepts, and of wrong ones that it rejects. */
  readonly sensitivity: number;
  readonly specificity: number;
  /** Accuracy that people would give, estimated from the judge's and its errors; undefined if the judge is no better than chance. */
  readonly corrected?: number;
  readonly interval?: Interval;
}

const ROUNDS = 2000;
const clampShare = (value: number) => Math.min(1, Math.max(0, value));

/** Returns Rogan and Gladen's estimate of the true share from the share that a judge with known errors gives. */
export function roganGladen(share: number, sensitivity: number, specificity: number): number | undefined {
  const power = sensitivity + specificity - 1;
  return power > 0 ? clampShare((share + specificity - 1) / power) : undefined;
}

/** Shares of a confusion matrix; NaN where there is nothing to share. */
function confusionShares(pairs: readonly (readonly [judge: boolean, person: boolean])[]) {
  const share = (person: boolean, judge: boolean) => {
    const rows = pairs.filter(([, truth]) => truth === person);
    return rows.filter(([verdict]) => verdict === judge).length / rows.length;
  };
  return { sensitivity: share(true, true), specificity: share(false, false) };
}

/**
 * Compares a judge with people. `share` is the accuracy that the judge gives to all answers. The interval resamples the
 * labels.
 */
export function calibrateJudge(
  pairs: readonly (readonly [judge: boolean, person: boolean])[],
  share: number,
  seed = 0,
): JudgeCalibration {
  const { sensitivity, specificity } = confusionShares(pairs);
  const corrected = roganGladen(share, sensitivity, specificity);
  const random = createSeededRandom(seed);
  const estimates: number[] = [];
  for (let round = 0; round < ROUNDS && corrected !== undefined; round += 1) {
    const sample = pairs.map(() => pairs[Math.floor(random() * pairs.length)] ?? ([true, true] as const));
    const shares = confusionShares(sample);
    const estimate = roganGladen(share, shares.sensitivity, shares.specificity);
    if (estimate !== undefined) estimates.push(estimate);
  }
  estimates.sort((a, b) => a - b);
  return {
    labels: pairs.length,
    agreement: meanOf(pairs.map(([judge, person]) => (judge === person ? 1 : 0))),
    kappa: cohensKappa(pairs),
    sensitivity,
    specificity,
    ...(corrected === undefined ? {} : { corrected }),
    ...(estimates.length > 0
      ? { interval: { low: quantile(estimates, 0.025), high: quantile(estimates, 0.975) } }
      : {}),
  };
}
