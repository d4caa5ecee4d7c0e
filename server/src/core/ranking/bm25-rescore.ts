import type { Line } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import type { Question } from '../query/question-analysis.ts';
import type { TextSpan } from './best-span.ts';
import { isLineInWindow } from './build-passages.ts';
import { matchesConcept } from './concept-match.ts';
import { createTermFeatures, FEATURE_WEIGHTS } from './term-features.ts';

/** A Passage the index found: its BM25 and that of its video as a whole. */
export interface RescoreCandidate {
  readonly passage: Passage;
  /** Undefined where the index has none (a name alone was found): the words then count among the candidates. */
  readonly score: number | undefined;
  /** BM25 of the copy's Outline; 0 where its names and words hold nothing asked. */
  readonly videoScore: number;
  /** Terms of the video's names and tags. A word that occurs here counts as found. */
  readonly titleTerms: ReadonlySet<string>;
}

export interface ScoredPassage {
  readonly passage: Passage;
  readonly score: number;
  /** 0..1: the strong concepts that the passage or its title holds, each by its rarity; one nothing holds is rarest. */
  readonly termCoverage: number;
  /** Two words of the question stand side by side. */
  readonly hasTermPair: boolean;
  /** Present where it was found by what it means. */
  readonly semanticMatch?: SemanticMatch;
  /** Pictures in it that were found by their looks. */
  readonly imageLines?: readonly Line[];
  /** A picture alone: the passage is the very place, and not a window around it. */
  readonly exact?: boolean;
}

/** How near a passage, or a part of it, lies to what is asked by its meaning. */
export interface SemanticMatch {
  /** 0..1; 0: as far as anything else; see nearness.ts. */
  readonly strength: number;
  /** An answer may rest on it. */
  readonly answerable: boolean;
  /** That part, and the lines that were compared. */
  readonly span: TextSpan;
}

export interface RescoreResult {
  /** Best first. */
  readonly hits: readonly ScoredPassage[];
  /** Rarity of each concept among the candidates. */
  readonly weights: readonly number[];
  /** Strong concepts that no candidate holds. */
  readonly absent: readonly number[];
}

/** How much a word counts as found that was put in the place of a misspelt one. */
const GUESSED_WORD_WEIGHT = 0.6;
const BM25_K1 = 1.2;
const BM25_B = 0.75;

/** Rarity of each feature among the candidates: no statistics are kept. */
function computeIdf(counts: readonly Float32Array[], size: number): Float32Array {
  const documentFrequencies = new Float32Array(size);
  for (const row of counts)
    for (let i = 0; i < size; i += 1) if (row[i]) documentFrequencies[i] = (documentFrequencies[i] ?? 0) + 1;
  return documentFrequencies.map((documentFrequency) =>
    Math.log(1 + (counts.length - documentFrequency + 0.5) / (documentFrequency + 0.5)),
  );
}

/**
 * Rescores the index's best passages and sorts them, best first. The score is the index's BM25 plus exact words, ordered
 * pairs, near pairs, character n-grams and the video as a whole. Each part is a BM25 over the candidates.
 */
export function rescorePassages(question: Question, candidates: readonly RescoreCandidate[]): RescoreResult {
  const features = createTermFeatures(question);
  const size = features.weights.length;
  const featureCounts = candidates.map(({ passage }) =>
    features.count(passage.terms, toCountedText(passage)),
  );
  const idf = computeIdf(
    featureCounts.map(({ counts }) => counts),
    size,
  );
  const averageLength =
    featureCounts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, featureCounts.length);
  const conceptFeatures = new Set(features.concepts);
  const absentConcepts = new Set(question.strong);
  const sumIdf = (ids: readonly number[], guessedWordWeight: number) =>
    ids.reduce((sum, id) => {
      const trustWeight = question.concepts[id]?.typed === undefined ? 1 : guessedWordWeight;
      return sum + trustWeight * (idf[features.concepts[id] ?? -1] ?? 0);
    }, 0);
  const hits = candidates
    .map(({ passage, score, videoScore, titleTerms }, row) => {
      const { counts, length } = featureCounts[row] ?? features.count('', '');
      // A name is short because it is a name: that makes it no better than a passage.
      const passageLength = score === undefined ? Math.max(length, averageLength) : length;
      const norm = BM25_K1 * (1 - BM25_B + (BM25_B * passageLength) / Math.max(1, averageLength));
      let sum = (score ?? 0) + FEATURE_WEIGHTS.video * videoScore;
      for (let i = 0; i < size; i += 1) {
        const count = counts[i] ?? 0;
        if (count === 0) continue;
        const weight = (features.weights[i] ?? 0) + (score === undefined && conceptFeatures.has(i) ? 1 : 0);
        sum += (weight * (idf[i] ?? 0) * (BM25_K1 + 1) * count) / (count + norm);
      }
      const hasFeature = (feature: number | undefined) => (counts[feature ?? -1] ?? 0) > 0;
      const matchedConcepts = question.strong.filter((id) => {
        const parts = features.parts[id] ?? [];
        const byParts = parts.length > 0 && parts.every(hasFeature);
        return byParts || hasFeature(features.concepts[id]) || matchesConcept(question, id, titleTerms);
      });
      for (const id of matchedConcepts) absentConcepts.delete(id);
      const termCoverage =
        sumIdf(matchedConcepts, GUESSED_WORD_WEIGHT) / Math.max(1e-9, sumIdf(question.strong, 1));
      return { passage, score: sum, termCoverage, hasTermPair: features.pairs.some(hasFeature) };
    })
    .sort((a, b) => b.score - a.score || comparePosition(a.passage, b.passage));
  const weights = question.concepts.map(
    ({ weak }, id) => (weak ? FEATURE_WEIGHTS.weakExact : 1) * (idf[features.concepts[id] ?? -1] ?? 0),
  );
  return { hits, weights, absent: [...absentConcepts] };
}

function comparePosition(a: Passage, b: Passage): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : 1);
}

/** Lower-case text of the lines that a passage counts, without its context. */
function toCountedText(passage: Passage): string {
  return passage.lines
    .filter((line) => isLineInWindow(line, passage))
    .map((line) => line.text)
    .join(' ')
    .toLowerCase();
}
