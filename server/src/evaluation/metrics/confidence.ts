/**
 * Returns the area under the ROC curve: how often a positive has a higher score than a negative. 0.5 is chance, 1 perfect.
 * Ties count half. NaN if either list is empty.
 */
export function areaUnderRoc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [
    ...positives.map((score) => ({ score, positive: true })),
    ...negatives.map((score) => ({ score, positive: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < all.length; ) {
    let end = start;
    while (end < all.length && all[end]?.score === all[start]?.score) end += 1;
    // Ranks from 1; equal scores share their mean.
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i += 1) if (all[i]?.positive) rankSum += rank;
    start = end;
  }
  const pairs = positives.length * negatives.length;
  return pairs === 0 ? Number.NaN : (rankSum - (positives.length * (positives.length + 1)) / 2) / pairs;
}
