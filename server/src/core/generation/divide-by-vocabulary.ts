import type { Ms } from '../domain/time-range.ts';
import type { Steps } from '../text/steps.ts';

/** A sentence as the division sees it. */
export interface TextUnit {
  readonly atMs: Ms;
  readonly terms: readonly string[];
  /** How much easier a part may begin here, as a share of its cost. */
  readonly discount: number;
}

export interface DivisionLimits {
  readonly minMs: Ms;
  readonly maxCount: number;
  readonly durationMs: Ms;
}

/** Longer texts are divided in blocks of sentences: the time grows with the square of the number. */
const MAX_BLOCKS = 240;
/** Factor by which the cost of a part rises while there are too many parts. */
const COST_STEP = 1.2;
/** Maximum discount on the cost of a part. If parts could be free, too many would remain at any cost. */
const MAX_DISCOUNT = 0.9;
/** A unit with at least this discount begins a block of its own. */
const MIN_BLOCK_DISCOUNT = 0.3;

/** Joins units so that few enough blocks remain. A block begins at a sign if there is one. */
function joinIntoBlocks(units: readonly TextUnit[]): readonly TextUnit[] {
  const size = Math.ceil(units.length / MAX_BLOCKS);
  const blocks: { atMs: Ms; terms: string[]; discount: number; count: number }[] = [];
  for (const { atMs, terms, discount } of units) {
    const last = blocks.at(-1);
    if (last !== undefined && last.count < size && discount < MIN_BLOCK_DISCOUNT) {
      last.terms.push(...terms);
      last.count += 1;
    } else blocks.push({ atMs, terms: [...terms], discount, count: 1 });
  }
  return blocks;
}

/** Replaces terms by numbers, so that counting is fast. */
function numberTerms(blocks: readonly TextUnit[]) {
  const numbers = new Map<string, number>();
  const termNumbers = blocks.map(({ terms }) =>
    terms.map((term) => {
      const number = numbers.get(term) ?? numbers.size;
      numbers.set(term, number);
      return number;
    }),
  );
  return { termNumbers, vocabulary: numbers.size };
}

function countAll(termNumbers: readonly (readonly number[])[], vocabulary: number): Int32Array {
  const counts = new Int32Array(vocabulary);
  for (const numbers of termNumbers) for (const number of numbers) counts[number] = (counts[number] ?? 0) + 1;
  return counts;
}

/**
 * Returns, for each block, the cost of a part that starts there and ends before each later block: how surprising its
 * words are given only their own frequencies (Utiyama and Isahara, 2001).
 */
function* measureParts(
  termNumbers: readonly (readonly number[])[],
  vocabulary: number,
): Steps<readonly Float64Array[]> {
  const counts = new Int32Array(vocabulary);
  const mostFrequent = countAll(termNumbers, vocabulary).reduce((max, count) => Math.max(max, count), 0);
  // What one more occurrence of a term adds, by how often it has occurred.
  const gains = Float64Array.from(
    { length: mostFrequent },
    (_, count) => (count + 1) * Math.log(count + 2) - count * Math.log(count + 1),
  );
  const partCosts: Float64Array[] = [];
  for (const from of termNumbers.keys()) {
    yield;
    counts.fill(0);
    const costs = new Float64Array(termNumbers.length + 1);
    let total = 0;
    let familiarity = 0;
    for (let to = from; to < termNumbers.length; to += 1) {
      for (const number of termNumbers[to] ?? []) {
        const count = counts[number] ?? 0;
        familiarity += gains[count] ?? 0;
        counts[number] = count + 1;
        total += 1;
      }
      costs[to + 1] = total * Math.log(total + vocabulary) - familiarity;
    }
    partCosts.push(costs);
  }
  return partCosts;
}

/** Finds the cheapest division by dynamic programming. Returns the indexes of the blocks that begin a part. */
function findCheapest(
  blocks: readonly TextUnit[],
  partCosts: readonly Float64Array[],
  partCost: number,
  { minMs, durationMs }: DivisionLimits,
): readonly number[] {
  const best = new Float64Array(blocks.length + 1).fill(Number.POSITIVE_INFINITY);
  const previous = new Int32Array(blocks.length + 1);
  best[0] = 0;
  for (let to = 1; to <= blocks.length; to += 1) {
    const endMs = blocks[to]?.atMs ?? durationMs;
    for (let from = 0; from < to; from += 1) {
      const block = blocks[from];
      const startMs = from === 0 ? 0 : (block?.atMs ?? 0);
      if (from > 0 && endMs - startMs < minMs) break;
      if (from === 0 && to < blocks.length && endMs < minMs) continue;
      const cost =
        (best[from] ?? 0) +
        (partCosts[from]?.[to] ?? 0) +
        partCost * (1 - Math.min(MAX_DISCOUNT, block?.discount ?? 0));
      if (cost < (best[to] ?? 0)) {
        best[to] = cost;
        previous[to] = from;
      }
    }
  }
  const starts: number[] = [];
  for (let to = blocks.length; to > 0; to = previous[to] ?? 0) starts.push(previous[to] ?? 0);
  return starts.reverse();
}

/**
 * Divides a text where its vocabulary changes, into parts of at least `minMs` and at most `maxCount` of them. Returns
 * their starts; the first is 0.
 */
export function* divideByVocabulary(
  units: readonly TextUnit[],
  limits: DivisionLimits,
): Steps<readonly Ms[]> {
  const blocks = joinIntoBlocks(units);
  const { termNumbers, vocabulary } = numberTerms(blocks);
  const total = termNumbers.reduce((sum, numbers) => sum + numbers.length, 0);
  const partCosts = yield* measureParts(termNumbers, vocabulary);
  let partCost = Math.log(Math.max(2, total));
  let starts = findCheapest(blocks, partCosts, partCost, limits);
  while (starts.length > Math.max(1, limits.maxCount)) {
    partCost *= COST_STEP;
    starts = findCheapest(blocks, partCosts, partCost, limits);
  }
  return starts.map((at) => (at === 0 ? 0 : (blocks[at]?.atMs ?? 0)));
}
