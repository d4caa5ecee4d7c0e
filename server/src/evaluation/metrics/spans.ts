import type { PredictedRange, SpanSeconds } from '../item.ts';

export const lengthOfSpan = ([start, end]: SpanSeconds): number => Math.max(0, end - start);

/** Returns the seconds that two spans share. */
function overlapSeconds(a: SpanSeconds, b: SpanSeconds): number {
  return Math.max(0, Math.min(a[1], b[1]) - Math.max(a[0], b[0]));
}

/** Returns intersection over union of two spans, 0..1. 0 for two empty spans. */
export function spanIou(a: SpanSeconds, b: SpanSeconds): number {
  const shared = overlapSeconds(a, b);
  const union = lengthOfSpan(a) + lengthOfSpan(b) - shared;
  return union > 0 ? shared / union : 0;
}

/** Returns the best IoU of a span with any of the gold spans. */
export function bestIou(span: SpanSeconds, gold: readonly SpanSeconds[]): number {
  return gold.reduce((best, goldSpan) => Math.max(best, spanIou(span, goldSpan)), 0);
}

/** Returns spans sorted and joined where they touch or overlap. */
export function mergeSpans(spans: readonly SpanSeconds[]): readonly SpanSeconds[] {
  const merged: [number, number][] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

const totalSeconds = (spans: readonly SpanSeconds[]) =>
  spans.reduce((sum, span) => sum + lengthOfSpan(span), 0);

/** Returns the share of the gold seconds inside spans, and of the spans' seconds inside gold. Both 0..1. */
export function spanCoverage(
  spans: readonly SpanSeconds[],
  gold: readonly SpanSeconds[],
): { readonly recall: number; readonly precision: number } {
  const [found, wanted] = [mergeSpans(spans), mergeSpans(gold)];
  const shared = found.reduce(
    (sum, span) => sum + wanted.reduce((part, goldSpan) => part + overlapSeconds(span, goldSpan), 0),
    0,
  );
  const [foundSeconds, goldSeconds] = [totalSeconds(found), totalSeconds(wanted)];
  return {
    recall: goldSeconds === 0 ? 0 : shared / goldSeconds,
    precision: foundSeconds === 0 ? 0 : shared / foundSeconds,
  };
}

/** Returns a range as a span in seconds. */
export const toSpan = ({ startMs, endMs }: Omit<PredictedRange, 'video'>): SpanSeconds => [
  startMs / 1000,
  endMs / 1000,
];

/** Returns whether a range touches a gold span of a video. A gold span without length counts as a moment. */
export function touchesGold(range: PredictedRange, video: string, gold: readonly SpanSeconds[]): boolean {
  if (range.video !== video) return false;
  const [start, end] = toSpan(range);
  return gold.some(([goldStart, goldEnd]) => start < Math.max(goldEnd, goldStart + 0.001) && end > goldStart);
}
