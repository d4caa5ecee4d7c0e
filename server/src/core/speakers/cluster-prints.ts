import type { Ms } from '../domain/time-range.ts';
import { comparePrints, normalisePrint } from './voice-track.ts';

/** A print to cluster. */
export interface WeightedPrint {
  readonly print: Float32Array;
  /** How much sound it was made from, ms. */
  readonly weightMs: Ms;
}

/** Number of prints that are compared with each other. More are clustered in blocks first. */
const MAX_BLOCK_PRINTS = 1500;

interface Cluster {
  readonly members: number[];
  weight: number;
}

/** A cluster of prints. */
export interface PrintCluster {
  /** Positions of the prints. */
  readonly members: readonly number[];
  /** Mean of the prints by weight, unit length. */
  readonly print: Float32Array;
  readonly weightMs: Ms;
}

/** Returns the weighted mean of prints, scaled to length 1. */
function meanPrint(prints: readonly Pick<WeightedPrint, 'print' | 'weightMs'>[]): Float32Array {
  const mean = new Float32Array(prints[0]?.print.length ?? 0);
  for (const { print, weightMs } of prints)
    for (let i = 0; i < mean.length; i += 1) mean[i] = (mean[i] ?? 0) + weightMs * (print[i] ?? 0);
  return normalisePrint(mean);
}

/**
 * Joins the most similar clusters, by the mean similarity of their prints, until none are more similar than
 * `minSimilarity`. Yields between rows, so that a caller can pause. Clusters come in the order of their first prints.
 */
function* joinClosest(
  prints: readonly WeightedPrint[],
  minSimilarity: number,
): Generator<undefined, readonly (readonly number[])[], undefined> {
  const count = prints.length;
  const similarity: Float32Array[] = [];
  for (const [i, { print }] of prints.entries()) {
    similarity.push(
      Float32Array.from(prints, ({ print: other }, j) => (j === i ? -2 : comparePrints(print, other))),
    );
    yield;
  }
  const clusters: (Cluster | undefined)[] = prints.map(({ weightMs }, i) => ({
    members: [i],
    weight: Math.max(1, weightMs),
  }));
  /** The cluster that each is most similar to. */
  const nearest = new Int32Array(count).fill(-1);
  const findNearest = (i: number): void => {
    const row = similarity[i];
    let best = -1;
    for (let j = 0; j < count; j += 1)
      if (j !== i && clusters[j] && (best < 0 || (row?.[j] ?? -2) > (row?.[best] ?? -2))) best = j;
    nearest[i] = best;
  };
  for (let i = 0; i < count; i += 1) findNearest(i);
  for (;;) {
    yield;
    let best = -1;
    let bestSimilarity = minSimilarity;
    for (let i = 0; i < count; i += 1) {
      const candidate = nearest[i] ?? -1;
      if (!clusters[i] || candidate < 0) continue;
      const value = similarity[i]?.[candidate] ?? -2;
      if (value > bestSimilarity) [best, bestSimilarity] = [i, value];
    }
    const other = nearest[best] ?? -1;
    const [kept, joined] = [clusters[best], clusters[other]];
    const [keptRow, joinedRow] = [similarity[best], similarity[other]];
    if (!kept || !joined || !keptRow || !joinedRow) break;
    const total = kept.weight + joined.weight;
    for (let j = 0; j < count; j += 1) {
      const mean = (kept.weight * (keptRow[j] ?? 0) + joined.weight * (joinedRow[j] ?? 0)) / total;
      keptRow[j] = mean;
      const row = similarity[j];
      if (row && j !== best) row[best] = mean;
    }
    kept.members.push(...joined.members);
    kept.weight = total;
    clusters[other] = undefined;
    findNearest(best);
    for (let i = 0; i < count; i += 1) {
      if (!clusters[i] || i === best) continue;
      const current = nearest[i] ?? -1;
      const row = similarity[i];
      if (current === best || current === other) findNearest(i);
      else if (row && current >= 0 && (row[best] ?? -2) > (row[current] ?? -2)) findNearest(i);
    }
  }
  return clusters.flatMap((cluster) => (cluster ? [cluster.members.toSorted((a, b) => a - b)] : []));
}

/**
 * Clusters prints by average linkage. `minSimilarity` is the mean cosine from which two clusters are one voice.
 * Thousands of prints are clustered block by block, then the clusters of the blocks.
 */
export function* clusterPrints(
  prints: readonly WeightedPrint[],
  minSimilarity: number,
): Generator<undefined, readonly PrintCluster[], undefined> {
  const toCluster = (members: readonly number[]): PrintCluster => {
    const own = members.flatMap((member) => prints[member] ?? []);
    return { members, print: meanPrint(own), weightMs: own.reduce((sum, { weightMs }) => sum + weightMs, 0) };
  };
  if (prints.length <= MAX_BLOCK_PRINTS) return (yield* joinClosest(prints, minSimilarity)).map(toCluster);
  const blockClusters: PrintCluster[] = [];
  for (let start = 0; start < prints.length; start += MAX_BLOCK_PRINTS) {
    const block = prints.slice(start, start + MAX_BLOCK_PRINTS);
    for (const members of yield* joinClosest(block, minSimilarity))
      blockClusters.push(toCluster(members.map((member) => start + member)));
  }
  // Single prints are left to the assignment that follows, so that the second round stays small.
  const large = blockClusters.toSorted((a, b) => b.weightMs - a.weightMs).slice(0, MAX_BLOCK_PRINTS);
  const joined = yield* joinClosest(large, minSimilarity);
  return joined.map((positions) =>
    toCluster(positions.flatMap((position) => large[position]?.members ?? []).toSorted((a, b) => a - b)),
  );
}
