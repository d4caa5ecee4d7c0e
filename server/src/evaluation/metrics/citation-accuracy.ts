import type { EvalPrediction } from '../item.ts';
import { touchesGold } from './spans.ts';

/** Whether answers cite the place where the answer is. Shares 0..1; NaN if there is nothing to share. */
export interface CitationAccuracy {
  /** Items with gold spans. */
  readonly items: number;
  /** Share of citations that overlap a gold span. */
  readonly precision: number;
  /** Share of answers of which a citation overlaps a gold span. */
  readonly answers: number;
  /** Share of the right answers of which a citation overlaps a gold span: right for the right reason. */
  readonly rightForTheRightReason: number;
  /** Right answers whose citation was checked. */
  readonly rightAnswers: number;
}

/** Measures citations. `isRight` tells whether an answer is right. Undefined if no item has spans. */
export function measureCitations(
  predictions: readonly EvalPrediction[],
  isRight: (prediction: EvalPrediction) => boolean,
): CitationAccuracy | undefined {
  const items = predictions.filter(({ task, gold }) => task !== 'moment' && (gold.spans ?? []).length > 0);
  if (items.length === 0) return undefined;
  let citations = 0;
  let goodCitations = 0;
  let goodAnswers = 0;
  let right = 0;
  let rightAndGood = 0;
  for (const prediction of items) {
    const { video, gold } = prediction;
    const good = prediction.citations.filter((range) => touchesGold(range, video, gold.spans ?? [])).length;
    citations += prediction.citations.length;
    goodCitations += good;
    if (good > 0) goodAnswers += 1;
    if (!isRight(prediction)) continue;
    right += 1;
    if (good > 0) rightAndGood += 1;
  }
  const share = (part: number, whole: number) => (whole === 0 ? Number.NaN : part / whole);
  return {
    items: items.length,
    precision: share(goodCitations, citations),
    answers: goodAnswers / items.length,
    rightForTheRightReason: share(rightAndGood, right),
    rightAnswers: right,
  };
}
