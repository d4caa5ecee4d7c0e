import { cosineSimilarity } from '../domain/vector.ts';

/**
 * What similarities of one model mean. Models differ: of some all texts lie within 0.7 and 0.9 of each other, of
 * others unrelated ones at 0.
 */
export interface SimilarityCalibration {
  /** Mean similarity of a question and a text about something else, and its standard deviation. */
  readonly unrelated: number;
  readonly spread: number;
  /** Median similarity of a question and a text that answers it. */
  readonly related: number;
}

/** Fewer deviations between the two than this, and the model does not tell them apart. */
const MIN_SEPARATION_DEVIATIONS = 2;
/** Share of the way from unrelated to related that what an answer may rest on has gone at least. */
const MIN_ANSWER_PROGRESS = 0.5;
/** A model whose unrelated texts all lie at one place still differs by so much. */
const MIN_SPREAD = 0.01;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * Measures a model by pairs of a question and the text that answers it: how near those lie, and how near each question
 * lies to the texts of all others. Undefined where the model does not tell the two apart.
 */
export function calibrateSimilarity(
  questions: readonly Float32Array[],
  texts: readonly Float32Array[],
): SimilarityCalibration | undefined {
  const relatedSimilarities: number[] = [];
  const unrelatedSimilarities: number[] = [];
  questions.forEach((question, i) => {
    texts.forEach((text, j) => {
      (i === j ? relatedSimilarities : unrelatedSimilarities).push(cosineSimilarity(question, text));
    });
  });
  if (relatedSimilarities.length === 0 || unrelatedSimilarities.length === 0) return undefined;
  const unrelated =
    unrelatedSimilarities.reduce((sum, value) => sum + value, 0) / unrelatedSimilarities.length;
  const variance =
    unrelatedSimilarities.reduce((sum, value) => sum + (value - unrelated) ** 2, 0) /
    unrelatedSimilarities.length;
  const spread = Math.max(MIN_SPREAD, Math.sqrt(variance));
  const related = median(relatedSimilarities);
  return related - unrelated > MIN_SEPARATION_DEVIATIONS * spread
    ? { unrelated, spread, related }
    : undefined;
}

/** Share of the way from unrelated texts to answers, as 0..1: half the way is 0.5, the whole 0.75, beyond it less and less. */
function saturate(progress: number): number {
  return progress <= 0 ? 0 : 1 - 4 ** -progress;
}

/** 0 where a text is as far as unrelated ones are, 0.75 where it is as near as answers are. */
export function toMatchStrength({ unrelated, related }: SimilarityCalibration, cosine: number): number {
  return saturate((cosine - unrelated) / (related - unrelated));
}

/**
 * The strength from which a text counts as an answer by its meaning alone, found as the nearest among `among`: above
 * the nearest that so many unrelated ones have by chance (the expected maximum of normal values grows with the root of
 * 2 ln n), and above half the way to an answer.
 */
export function toAnswerableStrength(
  { unrelated, spread, related }: SimilarityCalibration,
  neighbourCount: number,
): number {
  const chanceSpread = spread * Math.sqrt(2 * Math.log(Math.max(2, neighbourCount)));
  return saturate(Math.max(MIN_ANSWER_PROGRESS, chanceSpread / (related - unrelated)));
}

/** Logits of CLIP and its kin are similarities times about this (Radford et al., arXiv 2103.00020). */
const CLIP_LOGIT_SCALE = 100;

/**
 * 0..1: how much better a picture fits these words than it fits everyday ones, as CLIP classifies (a softmax over
 * all of them). The bare similarity of words and pictures says little: some pictures are near to all words.
 */
export function scoreImageFit(
  picture: Float32Array,
  words: Float32Array,
  baseline: readonly Float32Array[],
): number {
  const ownSimilarity = cosineSimilarity(picture, words);
  const baselineSum = baseline.reduce(
    (sum, other) => sum + Math.exp(CLIP_LOGIT_SCALE * (cosineSimilarity(picture, other) - ownSimilarity)),
    0,
  );
  return 1 / (1 + baselineSum);
}
