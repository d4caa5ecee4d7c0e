import { similarity } from './vector.ts';

/**
 * What similarities of one model mean. Models differ: of some all texts lie within 0.7 and 0.9 of each other, of
 * others unrelated ones at 0.
 */
export interface Nearness {
  /** Mean similarity of a question and a text about something else, and its standard deviation. */
  readonly unrelated: number;
  readonly spread: number;
  /** Median similarity of a question and a text that answers it. */
  readonly related: number;
}

/** Fewer deviations between the two than this, and the model does not tell them apart. */
const APART = 2;
/** Share of the way from unrelated to related that what an answer may rest on has gone at least. */
const LEAST = 0.5;
/** A model whose unrelated texts all lie at one place still differs by so much. */
const LEAST_SPREAD = 0.01;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/**
 * Measures a model by pairs of a question and the text that answers it: how near those lie, and how near each question
 * lies to the texts of all others. Undefined where the model does not tell the two apart.
 */
export function measureNearness(
  questions: readonly Float32Array[],
  texts: readonly Float32Array[],
): Nearness | undefined {
  const own: number[] = [];
  const others: number[] = [];
  questions.forEach((question, i) => {
    texts.forEach((text, j) => {
      (i === j ? own : others).push(similarity(question, text));
    });
  });
  if (own.length === 0 || others.length === 0) return undefined;
  const unrelated = others.reduce((sum, value) => sum + value, 0) / others.length;
  const variance = others.reduce((sum, value) => sum + (value - unrelated) ** 2, 0) / others.length;
  const spread = Math.max(LEAST_SPREAD, Math.sqrt(variance));
  const related = median(own);
  return related - unrelated > APART * spread ? { unrelated, spread, related } : undefined;
}

/** Share of the way from unrelated texts to answers, as 0..1: half the way is 0.5, the whole 0.75, beyond it less and less. */
function squashed(way: number): number {
  return way <= 0 ? 0 : 1 - 4 ** -way;
}

/** 0 where a text is as far as unrelated ones are, 0.75 where it is as near as answers are. */
export function strengthOf({ unrelated, related }: Nearness, near: number): number {
  return squashed((near - unrelated) / (related - unrelated));
}

/**
 * The strength from which a text counts as an answer by its meaning alone, found as the nearest among `among`: above
 * the nearest that so many unrelated ones have by chance (the expected maximum of normal values grows with the root of
 * 2 ln n), and above half the way to an answer.
 */
export function sureFrom({ unrelated, spread, related }: Nearness, among: number): number {
  const byChance = spread * Math.sqrt(2 * Math.log(Math.max(2, among)));
  return squashed(Math.max(LEAST, byChance / (related - unrelated)));
}

/** Logits of CLIP and its kin are similarities times about this (Radford et al., arXiv 2103.00020). */
const SCALE = 100;

/**
 * 0..1: how much better a picture fits these words than it fits everyday ones, as CLIP classifies (a softmax over
 * all of them). The bare similarity of words and pictures says little: some pictures are near to all words.
 */
export function fits(picture: Float32Array, words: Float32Array, everyday: readonly Float32Array[]): number {
  const own = similarity(picture, words);
  const rest = everyday.reduce((sum, other) => sum + Math.exp(SCALE * (similarity(picture, other) - own)), 0);
  return 1 / (1 + rest);
}
