import type { Passage } from '../domain/passage.ts';
import type { Ms } from '../domain/time-range.ts';
import type { MeasuredPassage, MeasureKind, MeasureResult, ScoredPassage } from './bm25-rescore.ts';
import { PASSAGE_STEP_MS } from './build-passages.ts';
import { toIdf } from './term-rarity.ts';

/** Weights of what is measured of a passage. */
export type ScoreWeights = Readonly<Record<MeasureKind | 'surroundings', number>>;

/**
 * Weights of the score; `test/bench/qmsum-tuning.mjs` says what they reach on meetings that they were not chosen on.
 * `surroundings` is the best score nearby (see `scoreSurroundings`).
 */
export const SCORE_WEIGHTS: ScoreWeights = {
  bm25: 1,
  concept: 0,
  exact: 1,
  weakExact: 0.3,
  pair: 1,
  near: 0.4,
  gram: 0.3,
  part: 0.5,
  video: 0.5,
  coverage: 20,
  speaker: 1.5,
  speakerShare: 20,
  surroundings: 0.15,
};

/** Weights of the log odds that the words of a passage answer a question, for measures in the range of about 0..1. */
export type AnswerWeights = Readonly<Record<keyof AnswerMeasures | 'bias', number>>;

/** What the log odds are a sum of. */
export interface AnswerMeasures {
  /** How much of the question is covered, 0..1; less where the person who is asked about does not say it. */
  readonly coverage: number;
  /** How much else nearby is about it, 0..0.5. */
  readonly surroundings: number;
  /** How often, how exactly and with which rare words, in units of the rarest word. */
  readonly strength: number;
}

export const ANSWER_WEIGHTS: AnswerWeights = { coverage: 2, surroundings: 3.6, strength: 0.53, bias: -4.2 };

/** A passage that scores as much this far away counts 1/e, in steps between passages. */
const SURROUNDINGS_DECAY_STEPS = 2;
const MAX_SURROUNDINGS = 0.5;
/** Where few passages are searched, as in a video that a question names, its topic is in all of them and no word is rare. */
const SMALL_INDEX_PASSAGES = 20;
const LARGE_INDEX_PASSAGES = 200;
const MIN_STRENGTH = 1.2;
/** Minimum coverage of a passage that answers a question although one of its words is found nowhere. */
const MIN_PARTIAL_COVERAGE = 0.45;
/** Reduces coverage where the person whose words are asked for says something else, or nothing. */
const SPEECH_FACTORS = { topic: 1, other: 0.75, nothing: 0.5 } as const;
/** In a short video every mention is about its topic. In a long one, a single mention may be a passing remark. */
const SHORT_VIDEO_MS = 5 * 60_000;
const LONG_VIDEO_MS = 30 * 60_000;

/** Scores measured passages and sorts them, best first. */
export function scorePassages(
  { measured, passageCount, lacksWord }: Pick<MeasureResult, 'measured' | 'passageCount' | 'lacksWord'>,
  weights: ScoreWeights = SCORE_WEIGHTS,
  answerWeights: AnswerWeights = ANSWER_WEIGHTS,
): readonly ScoredPassage[] {
  const ownScores = measured.map(({ measures }) => sumMeasures(measures, weights));
  const surroundings = scoreSurroundings(measured, ownScores);
  return measured
    .map((one, i): ScoredPassage => {
      const { passage, termCoverage, hasTermPair } = one;
      const nearby = surroundings[i] ?? 0;
      const score = (ownScores[i] ?? 0) + weights.surroundings * nearby;
      const answerMeasures = measureAnswer(one, ownScores[i] ?? 0, nearby, passageCount, weights);
      return {
        passage,
        score,
        termCoverage,
        hasTermPair,
        answerOdds:
          lacksWord && termCoverage < MIN_PARTIAL_COVERAGE
            ? Number.NEGATIVE_INFINITY
            : sumAnswerMeasures(answerMeasures, answerWeights),
      };
    })
    .sort((a, b) => b.score - a.score || comparePosition(a.passage, b.passage));
}

const MEASURE_KINDS: readonly MeasureKind[] = [
  'bm25',
  'concept',
  'exact',
  'weakExact',
  'pair',
  'near',
  'gram',
  'part',
  'video',
  'coverage',
  'speaker',
  'speakerShare',
];

function sumMeasures(measures: MeasuredPassage['measures'], weights: ScoreWeights): number {
  let sum = 0;
  for (const kind of MEASURE_KINDS) sum += weights[kind] * measures[kind];
  return sum;
}

/**
 * Returns for each passage the best score of a passage of the same video that does not overlap it, less for each step of
 * distance: what is talked about at length is more likely meant than a passing remark.
 */
function scoreSurroundings(measured: readonly MeasuredPassage[], scores: readonly number[]): Float64Array {
  const surroundings = new Float64Array(measured.length);
  const byVideo = Map.groupBy(measured.keys(), (i) => measured[i]?.passage.videoId ?? '');
  for (const numbers of byVideo.values())
    for (const i of numbers)
      for (const j of numbers) {
        const steps = Math.abs(startOf(measured, i) - startOf(measured, j)) / PASSAGE_STEP_MS;
        if (steps <= 1) continue;
        const nearby = (scores[j] ?? 0) * Math.exp((1 - steps) / SURROUNDINGS_DECAY_STEPS);
        surroundings[i] = Math.max(surroundings[i] ?? 0, nearby);
      }
  return surroundings;
}

function startOf(measured: readonly MeasuredPassage[], i: number): Ms {
  return measured[i]?.passage.startMs ?? 0;
}

/** Measures whether the words of a passage answer. `score` is its own, `nearby` that of its surroundings. */
function measureAnswer(
  { measures, termCoverage, asked = 'topic', videoMs }: MeasuredPassage,
  score: number,
  nearby: number,
  passageCount: number,
  weights: ScoreWeights,
): AnswerMeasures {
  const ofWords = score - weights.coverage * measures.coverage - weights.speakerShare * measures.speakerShare;
  const shortness = declineBetween(SHORT_VIDEO_MS, LONG_VIDEO_MS, videoMs);
  const surroundings = score > 0 ? Math.min(MAX_SURROUNDINGS, nearby / score) : 0;
  const smallness = declineBetween(SMALL_INDEX_PASSAGES, LARGE_INDEX_PASSAGES, passageCount);
  const coverage = termCoverage * SPEECH_FACTORS[asked];
  return {
    coverage,
    surroundings: Math.max(surroundings, MAX_SURROUNDINGS * shortness * coverage),
    strength: Math.max(ofWords / toIdf(0, passageCount), MIN_STRENGTH * smallness * coverage),
  };
}

/** Returns 1 up to `from`, 0 from `to` on, and in proportion between them. */
function declineBetween(from: number, to: number, value: number): number {
  return Math.min(1, Math.max(0, (to - value) / (to - from)));
}

function sumAnswerMeasures(
  { coverage, surroundings, strength }: AnswerMeasures,
  weights: AnswerWeights,
): number {
  return (
    weights.bias +
    weights.coverage * coverage +
    weights.surroundings * surroundings +
    weights.strength * strength
  );
}

function comparePosition(a: Passage, b: Passage): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : 1);
}
