import { cosineSimilarity } from '../domain/vector.ts';

/**
 * Describes how to read the cosine similarities of one model. Models differ: with some, all texts score 0.7
 * to 0.9; with others, unrelated texts score 0.
 */
export interface SimilarityCalibration {
  /** Mean similarity of a question to unrelated texts, and its standard deviation. */
  readonly unrelated: number;
  readonly spread: number;
  /** Median similarity of a question to its answer. */
  readonly related: number;
}

/** Minimum distance between the two, in standard deviations, for a usable model. */
const MIN_SEPARATION_DEVIATIONS = 2;
/** Minimum position between `unrelated` (0) and `related` (1) for text that an answer may use. */
const MIN_ANSWER_PROGRESS = 0.5;
/** Lower bound of the standard deviation, for models that place all unrelated texts together. */
const MIN_SPREAD = 0.01;

function median(values: readonly number[]): number {
  const sortedValues = [...values].sort((a, b) => a - b);
  return sortedValues[Math.floor(sortedValues.length / 2)] ?? 0;
}

/**
 * Calibrates a model on question-answer pairs: compares the similarity of matching pairs with that of all
 * other combinations. Returns undefined if the model does not separate them.
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
  const unrelatedSimilarity =
    unrelatedSimilarities.reduce((sum, value) => sum + value, 0) / unrelatedSimilarities.length;
  const variance =
    unrelatedSimilarities.reduce((sum, value) => sum + (value - unrelatedSimilarity) ** 2, 0) /
    unrelatedSimilarities.length;
  const spread = Math.max(MIN_SPREAD, Math.sqrt(variance));
  const relatedSimilarity = median(relatedSimilarities);
  return relatedSimilarity - unrelatedSimilarity > MIN_SEPARATION_DEVIATIONS * spread
    ? { unrelated: unrelatedSimilarity, spread, related: relatedSimilarity }
    : undefined;
}

/**
 * Maps a position between "unrelated" (0) and "typical answer" (1) to a score in 0..1. Saturating: 0.5 ->
 * 0.5, 1 -> 0.75, 2 -> 0.94 (1 - 4^-x).
 */
function saturate(progress: number): number {
  return progress <= 0 ? 0 : 1 - 4 ** -progress;
}

/** The largest position: of texts beyond it, all are certain. */
const MAX_POSITION = 2;

/**
 * Returns the position between "unrelated" (0) and "typical answer" (1) of a strength. Strengths of the best texts of a
 * large index are all close to 1, and positions are not.
 */
export function toMatchPosition(strength: number): number {
  return strength >= 1 ? MAX_POSITION : Math.min(MAX_POSITION, -Math.log(1 - strength) / Math.log(4));
}

/** Converts a cosine similarity to a strength in 0..1: 0 like unrelated texts, 0.75 like typical answers. */
export function toMatchStrength({ unrelated, related }: SimilarityCalibration, cosine: number): number {
  return saturate((cosine - unrelated) / (related - unrelated));
}

/**
 * Returns the strength from which the best of `neighbourCount` texts counts as an answer by meaning. It must
 * exceed half the way to a typical answer, and the best chance match among unrelated texts. The expected
 * maximum of n normal values grows with sqrt(2 ln n).
 */
export function toAnswerableStrength(
  { unrelated, spread, related }: SimilarityCalibration,
  neighbourCount: number,
): number {
  const chanceSpread = spread * Math.sqrt(2 * Math.log(Math.max(2, neighbourCount)));
  return saturate(Math.max(MIN_ANSWER_PROGRESS, chanceSpread / (related - unrelated)));
}

/** How similar random texts of the index are to one question. */
export interface SimilarityBackground {
  readonly mean: number;
  /** Standard deviation. */
  readonly spread: number;
}

/** With fewer texts the background of a question is not known. */
const MIN_BACKGROUND_TEXTS = 24;
/** Position between `unrelated` and `related` that a text needs in an index too small for a background. */
const MIN_PROGRESS_WITHOUT_BACKGROUND = 1;
/**
 * How far beyond the best chance match a text must stand out, in standard deviations. Being about the same topic is worth
 * up to 2 of them, and texts about the topic of a question mostly do not answer it.
 */
const MIN_EXCESS_DEVIATIONS = 2.25;

/** Measures the background of a question. Returns undefined if there are too few texts. */
export function measureBackground(
  question: Float32Array,
  texts: readonly Float32Array[],
): SimilarityBackground | undefined {
  if (texts.length < MIN_BACKGROUND_TEXTS) return undefined;
  const similarities = texts.map((text) => cosineSimilarity(question, text));
  const mean = similarities.reduce((sum, value) => sum + value, 0) / texts.length;
  const variance = similarities.reduce((sum, value) => sum + (value - mean) ** 2, 0) / texts.length;
  return { mean, spread: Math.max(MIN_SPREAD, Math.sqrt(variance)) };
}

/**
 * Raises the level of unrelated texts to that of the index: all texts of an index share topics and wording, so
 * being as similar as most of them means nothing.
 */
export function applyBackground(
  calibration: SimilarityCalibration,
  background: SimilarityBackground | undefined,
): SimilarityCalibration {
  if (!background) return calibration;
  const level = background.mean + background.spread;
  // Leaves room between unrelated and related texts.
  const highest = calibration.related - calibration.spread;
  return { ...calibration, unrelated: Math.min(highest, Math.max(calibration.unrelated, level)) };
}

/**
 * Returns whether a text stands out enough to answer by its meaning alone: it exceeds by far what the best of
 * `neighbourCount` texts of this index reaches by chance. Without a background it must be as similar as answers are.
 */
export function standsOut(
  { unrelated, related }: SimilarityCalibration,
  background: SimilarityBackground | undefined,
  cosine: number,
  neighbourCount: number,
): boolean {
  if (!background) return (cosine - unrelated) / (related - unrelated) >= MIN_PROGRESS_WITHOUT_BACKGROUND;
  const chanceDeviations = Math.sqrt(2 * Math.log(Math.max(2, neighbourCount)));
  return (cosine - background.mean) / background.spread >= chanceDeviations + MIN_EXCESS_DEVIATIONS;
}

/**
 * Logit scale of CLIP models: logits are about 100 times the similarity (Radford et al., arXiv 2103.00020).
 */
const CLIP_LOGIT_SCALE = 100;

/**
 * Returns how much better a picture fits the query than everyday descriptions, 0..1, as CLIP classifies (a
 * softmax over all). The raw similarity says little, because some pictures are close to all texts.
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
