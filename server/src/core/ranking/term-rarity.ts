import type { Passage } from '../domain/passage.ts';

/** How rare each term of a question is in the index. */
export interface TermRarity {
  /** Number of passages that are searched. */
  readonly passageCount: number;
  /** Inverse document frequency of each term that occurs; a term that is missing occurs nowhere. */
  readonly idf: ReadonlyMap<string, number>;
}

/** A passage that the index found, with its BM25 score (k1 1.2, b 0.75). */
export interface ScoredCandidate {
  readonly passage: Pick<Passage, 'terms'>;
  readonly score: number;
}

const BM25_K1 = 1.2;
const BM25_B = 0.75;
/** Maximum number of terms whose rarity is read from the scores; of a longer text the candidates are counted. */
const MAX_SOLVED_TERMS = 32;
/** Keeps terms that always occur together from making the equations unsolvable. */
const RIDGE = 1e-6;
/** Steps of the search for the average passage length; each narrows it to 62 %. */
const LENGTH_SEARCH_STEPS = 12;
/** Range in which the average passage length of the index is searched, as factors of the candidates' own. */
const MIN_LENGTH_FACTOR = 0.2;
const MAX_LENGTH_FACTOR = 3;

/** Returns the inverse document frequency of a term as BM25 defines it. */
export function toIdf(documentFrequency: number, documentCount: number): number {
  return Math.log(1 + Math.max(0, documentCount - documentFrequency + 0.5) / (documentFrequency + 0.5));
}

/** Counts how many candidates contain each term; exact if they are all passages with any of the terms. */
export function countRarity(
  terms: readonly string[],
  candidates: readonly { readonly passage: Pick<Passage, 'terms'> }[],
  passageCount: number,
): TermRarity {
  const counts = new Map<string, number>();
  const wanted = new Set(terms);
  for (const { passage } of candidates)
    for (const term of new Set(passage.terms.split(' ')))
      if (wanted.has(term)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const total = Math.max(passageCount, candidates.length);
  return {
    passageCount: total,
    idf: new Map([...counts].map(([term, count]) => [term, toIdf(count, total)])),
  };
}

/** Counts how often a term stands in a list of terms with a space between them. */
function countTerm(term: string, terms: string): number {
  let count = 0;
  for (let at = terms.indexOf(term); at >= 0; at = terms.indexOf(term, at + term.length)) {
    const end = at + term.length;
    if ((at === 0 || terms[at - 1] === ' ') && (end === terms.length || terms[end] === ' ')) count += 1;
  }
  return count;
}

function countTerms(terms: string): number {
  let count = 1;
  for (let at = terms.indexOf(' '); at >= 0; at = terms.indexOf(' ', at + 1)) count += 1;
  return count;
}

/** The terms of candidates, row by row, in the order of the candidates. */
interface CandidateTerms {
  /** How often each term occurs in each candidate. */
  readonly counts: Float64Array;
  /** Number of terms of each candidate. */
  readonly lengths: Float64Array;
  readonly scores: Float64Array;
}

/** Solves `matrix * x = values` by elimination, in place; the matrix is symmetric and positive definite, row by row. */
function solve(matrix: Float64Array, values: Float64Array): Float64Array {
  const size = values.length;
  const cell = (row: number, column: number) => matrix[row * size + column] ?? 0;
  for (let pivot = 0; pivot < size; pivot += 1) {
    for (let row = pivot + 1; row < size; row += 1) {
      const factor = cell(row, pivot) / (cell(pivot, pivot) || 1);
      if (factor === 0) continue;
      for (let i = pivot; i < size; i += 1) matrix[row * size + i] = cell(row, i) - factor * cell(pivot, i);
      values[row] = (values[row] ?? 0) - factor * (values[pivot] ?? 0);
    }
  }
  const solution = new Float64Array(size);
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = values[row] ?? 0;
    for (let i = row + 1; i < size; i += 1) sum -= cell(row, i) * (solution[i] ?? 0);
    solution[row] = sum / (cell(row, row) || 1);
  }
  return solution;
}

/** Writes BM25's saturated count of each term in each row to `saturated`. */
function saturateCounts(
  { counts, lengths }: CandidateTerms,
  size: number,
  averageLength: number,
  saturated: Float64Array,
): void {
  for (let at = 0; at < lengths.length; at += 1) {
    const norm = BM25_K1 * (1 - BM25_B + (BM25_B * (lengths[at] ?? 0)) / averageLength);
    for (let cell = at * size; cell < (at + 1) * size; cell += 1) {
      const count = counts[cell] ?? 0;
      if (count > 0) saturated[cell] = ((BM25_K1 + 1) * count) / (count + norm);
    }
  }
}

/**
 * Fits the idf of each term to the scores, for one average length. Returns it with the squared error. `saturated` has the
 * size of the counts and is overwritten.
 */
function fit(rows: CandidateTerms, size: number, averageLength: number, saturated: Float64Array) {
  const { scores } = rows;
  const matrix = new Float64Array(size * size);
  const values = new Float64Array(size);
  for (let i = 0; i < size; i += 1) matrix[i * size + i] = RIDGE;
  saturateCounts(rows, size, averageLength, saturated);
  for (let at = 0; at < scores.length; at += 1) {
    const score = scores[at] ?? 0;
    for (let i = 0; i < size; i += 1) {
      const a = saturated[at * size + i] ?? 0;
      if (a === 0) continue;
      values[i] = (values[i] ?? 0) + a * score;
      for (let j = 0; j < size; j += 1)
        matrix[i * size + j] = (matrix[i * size + j] ?? 0) + a * (saturated[at * size + j] ?? 0);
    }
  }
  const idf = solve(matrix, values);
  let error = 0;
  for (let at = 0; at < scores.length; at += 1) {
    let estimate = 0;
    for (let i = 0; i < size; i += 1) estimate += (saturated[at * size + i] ?? 0) * (idf[i] ?? 0);
    error += (estimate - (scores[at] ?? 0)) ** 2;
  }
  return { idf, error };
}

/**
 * Reads the rarity of terms in the whole index from the BM25 scores of its best passages. The index reports no document
 * frequencies, but each score is a sum over terms whose counts and passage length are known: rarities, and the average
 * length of a passage, are what fits all scores. A rarity among the candidates alone says little, because every
 * candidate contains a word of the question.
 */
export function solveRarity(
  terms: readonly string[],
  candidates: readonly ScoredCandidate[],
  passageCount: number,
): TermRarity {
  const distinct = [...new Set(terms)].filter((term) => term !== '');
  const occurring = distinct.filter((term) =>
    candidates.some(({ passage }) => countTerm(term, passage.terms) > 0),
  );
  if (occurring.length === 0 || occurring.length > MAX_SOLVED_TERMS || candidates.length <= occurring.length)
    return countRarity(distinct, candidates, passageCount);
  const rows: CandidateTerms = {
    counts: new Float64Array(candidates.length * occurring.length),
    lengths: Float64Array.from(candidates, ({ passage }) => countTerms(passage.terms)),
    scores: Float64Array.from(candidates, ({ score }) => score),
  };
  candidates.forEach(({ passage }, at) => {
    for (const [i, term] of occurring.entries())
      rows.counts[at * occurring.length + i] = countTerm(term, passage.terms);
  });
  const idf = fitIdf(rows, occurring.length);
  const maxIdf = Math.max(toIdf(0, passageCount), ...idf);
  return {
    passageCount,
    idf: new Map(occurring.map((term, i) => [term, Math.min(maxIdf, Math.max(0, idf[i] ?? 0))])),
  };
}

/** Searches the average length that fits best by golden section: the error has one minimum. */
function fitIdf(rows: CandidateTerms, size: number): Float64Array {
  const ownLength = rows.lengths.reduce((sum, length) => sum + length, 0) / rows.lengths.length;
  const saturated = new Float64Array(rows.counts.length);
  const golden = (Math.sqrt(5) - 1) / 2;
  const fitAt = (at: number) => ({ at, ...fit(rows, size, Math.exp(at), saturated) });
  let low = Math.log(ownLength * MIN_LENGTH_FACTOR);
  let high = Math.log(ownLength * MAX_LENGTH_FACTOR);
  let left = fitAt(high - golden * (high - low));
  let right = fitAt(low + golden * (high - low));
  for (let step = 0; step < LENGTH_SEARCH_STEPS; step += 1) {
    if (left.error < right.error) {
      high = right.at;
      right = left;
      left = fitAt(high - golden * (high - low));
    } else {
      low = left.at;
      left = right;
      right = fitAt(low + golden * (high - low));
    }
  }
  return left.error < right.error ? left.idf : right.idf;
}
