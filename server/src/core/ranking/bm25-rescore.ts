import type { Line } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import { findAnswerKind } from '../query/answer-kinds.ts';
import type { Question } from '../query/question-analysis.ts';
import { findAskedSpeakers } from './asked-speakers.ts';
import type { TextSpan } from './best-span.ts';
import { matchesConcept } from './concept-match.ts';
import type { PassageDigest } from './passage-digest.ts';
import { createTermFeatures, type FeatureKind, type TermFeatures } from './term-features.ts';
import { type TermRarity, toIdf } from './term-rarity.ts';

/** A Passage the index found: its BM25 and that of its video as a whole. */
export interface RescoreCandidate {
  readonly passage: Passage;
  readonly digest: PassageDigest;
  /** Undefined where the index has none (a name alone was found): the words then count among the candidates. */
  readonly score: number | undefined;
  /** BM25 of the copy's Outline; 0 where its names and words hold nothing asked. */
  readonly videoScore: number;
  /** Terms of the video's names and tags. A word that occurs here counts as found. */
  readonly titleTerms: ReadonlySet<string>;
  /** Length of its video, ms; 0 if unknown. */
  readonly videoMs: number;
}

export interface ScoredPassage {
  readonly passage: Passage;
  readonly score: number;
  /**
   * 0..1: the strong concepts that the passage or its title holds, each by the square of its rarity; one nothing holds is rarest. The
   * name of a person whose words are asked for does not count.
   */
  readonly termCoverage: number;
  /** Two words of the question stand side by side: not a name alone, and none that replaces a misspelt one. */
  readonly hasTermPair: boolean;
  /** Log odds that its words answer the question; see score-passages.ts. An answer needs at least 0. */
  readonly answerOdds: number;
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

/**
 * Kinds of what is measured of a passage. Its score is their sum by weight: the index's BM25, exact words, ordered pairs, near
 * pairs, character n-grams, the video as a whole, how much of the question is covered (0..1), and what the person says who
 * is asked about (idf of the topic, and share of what is said, 0..1).
 */
export type MeasureKind = FeatureKind | 'bm25' | 'video' | 'coverage' | 'speaker' | 'speakerShare';

/** A passage with what is measured of it. */
export interface MeasuredPassage extends Omit<ScoredPassage, 'score' | 'answerOdds'> {
  readonly measures: Readonly<Record<MeasureKind, number>>;
  /** What the person whose words are asked for says in it; undefined if nobody's are. */
  readonly asked?: 'topic' | 'other' | 'nothing';
  /** Length of its video, ms; 0 if unknown. */
  readonly videoMs: number;
}

/** What is measured of the candidates of a question. */
export interface MeasureResult {
  readonly measured: readonly MeasuredPassage[];
  /** Rarity of each concept in the index. */
  readonly conceptIdf: readonly number[];
  /** Number of passages that were searched. */
  readonly passageCount: number;
  /** Strong concepts that no candidate holds. */
  readonly absent: readonly number[];
  /** Whether one of these is a word that an answer must hold: any of a short question, but not what a comparison compares by. */
  readonly lacksWord: boolean;
}

/** How much a word counts as found that was put in the place of a misspelt one. */
const GUESSED_WORD_WEIGHT = 0.6;
/** Maximum number of strong concepts of a question whose every word counts: a longer one lists options or tells a story. */
const MAX_REQUIRED_WORDS = 6;
const FEATURE_KINDS: readonly FeatureKind[] = [
  'concept',
  'exact',
  'weakExact',
  'pair',
  'near',
  'gram',
  'part',
];
const BM25_K1 = 1.2;
const BM25_B = 0.75;

/** Returns the rarity of each concept in the index. One that occurs nowhere is rarest. */
function conceptRarities({ concepts }: Question, { idf, passageCount }: TermRarity): readonly number[] {
  const rarityOf = (terms: readonly string[]) => terms.flatMap((term) => idf.get(term) ?? []);
  return concepts.map(({ terms, parts }) => {
    const own = rarityOf(terms);
    if (own.length > 0) return Math.min(...own);
    const ofParts = rarityOf(parts);
    return parts.length > 0 && ofParts.length === parts.length
      ? Math.max(...ofParts)
      : toIdf(0, passageCount);
  });
}

/** How often each feature occurs in each candidate, and how many terms that has. */
interface FeatureCounts {
  /** Row by row, in the order of the candidates. */
  readonly counts: Float32Array;
  readonly lengths: Float64Array;
}

function countFeatures(features: TermFeatures, candidates: readonly RescoreCandidate[]): FeatureCounts {
  const size = features.kinds.length;
  const counts = new Float32Array(candidates.length * size);
  const lengths = new Float64Array(candidates.length);
  candidates.forEach(({ passage, digest }, row) => {
    lengths[row] = features.count(passage.terms, digest.text, counts, row * size);
  });
  return { counts, lengths };
}

/**
 * Returns the rarity of each feature: of a concept, in the index; of pairs and character n-grams, which the index cannot
 * count, the mean of their rarity among the candidates and of as many in the whole index.
 */
function featureRarities(
  features: TermFeatures,
  { counts, lengths }: FeatureCounts,
  conceptIdf: readonly number[],
  passageCount: number,
): Float32Array {
  const size = features.kinds.length;
  const candidateCount = lengths.length;
  const documentFrequencies = new Float32Array(size);
  for (let row = 0; row < candidateCount; row += 1)
    for (let i = 0; i < size; i += 1)
      if (counts[row * size + i]) documentFrequencies[i] = (documentFrequencies[i] ?? 0) + 1;
  const rarities = documentFrequencies.map(
    (documentFrequency) =>
      (toIdf(documentFrequency, candidateCount) + toIdf(documentFrequency, passageCount)) / 2,
  );
  conceptIdf.forEach((idf, id) => {
    const [concept = -1, exact = -1] = [features.concepts[id], features.exact[id]];
    rarities[concept] = idf;
    rarities[exact] = (idf + toIdf(documentFrequencies[exact] ?? 0, candidateCount)) / 2;
  });
  return rarities;
}

/** Measures the index's best passages. Weights come later, so that they can be tuned without measuring again. */
export function measurePassages(
  question: Question,
  candidates: readonly RescoreCandidate[],
  rarity: TermRarity,
): MeasureResult {
  const features = createTermFeatures(question);
  const size = features.kinds.length;
  const featureCounts = countFeatures(features, candidates);
  const { counts, lengths } = featureCounts;
  const conceptIdf = conceptRarities(question, rarity);
  const idf = featureRarities(features, featureCounts, conceptIdf, rarity.passageCount);
  const averageLength = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const asked = findAskedSpeakers(question, new Set(candidates.flatMap(({ digest }) => digest.speakers)));
  const absentConcepts = new Set(question.strong);
  const sumIdf = (ids: readonly number[]) => ids.reduce((sum, id) => sum + (conceptIdf[id] ?? 0), 0);
  const sumImportance = (ids: readonly number[], guessedWordWeight: number) =>
    ids.reduce((sum, id) => {
      const { typed, share = 1 } = question.concepts[id] ?? {};
      const trustWeight = typed === undefined ? 1 : guessedWordWeight;
      return sum + trustWeight * share * (conceptIdf[id] ?? 0) ** 2;
    }, 0);
  const topicImportance = Math.max(1e-9, sumImportance(asked.topic, 1));
  const isTopic = new Set(asked.topic);
  const kindNumbers = Uint8Array.from(features.kinds, (kind) => FEATURE_KINDS.indexOf(kind));
  /** Sums of the passage that is being measured, by kind. */
  const sums = new Float64Array(FEATURE_KINDS.length);
  const sumOf = (kind: FeatureKind) => sums[FEATURE_KINDS.indexOf(kind)] ?? 0;
  const measured = candidates.map(
    ({ passage, score, videoScore, titleTerms, videoMs }, row): MeasuredPassage => {
      const length = lengths[row] ?? 0;
      // A name is short because it is a name: that makes it no better than a passage.
      const passageLength = score === undefined ? Math.max(length, averageLength) : length;
      const norm = BM25_K1 * (1 - BM25_B + (BM25_B * passageLength) / Math.max(1, averageLength));
      sums.fill(0);
      for (let i = 0; i < size; i += 1) {
        const count = counts[row * size + i] ?? 0;
        if (count === 0) continue;
        const kind = kindNumbers[i] ?? 0;
        sums[kind] = (sums[kind] ?? 0) + ((idf[i] ?? 0) * (BM25_K1 + 1) * count) / (count + norm);
      }
      const hasFeature = (feature: number | undefined) =>
        feature !== undefined && (counts[row * size + feature] ?? 0) > 0;
      const matchedConcepts = question.strong.filter((id) => {
        const parts = features.parts[id] ?? [];
        const byParts = parts.length > 0 && parts.every(hasFeature);
        return byParts || hasFeature(features.concepts[id]) || matchesConcept(question, id, titleTerms);
      });
      for (const id of matchedConcepts) absentConcepts.delete(id);
      const matchedTopic = matchedConcepts.filter((id) => isTopic.has(id));
      const termCoverage = sumImportance(matchedTopic, GUESSED_WORD_WEIGHT) / topicImportance;
      const said = asked.saidIn(passage);
      const speakerShare = asked.shareIn(passage);
      const hasTermPair = features.pairs.some(
        ({ feature, concepts }) =>
          hasFeature(feature) &&
          concepts.some((id) => isTopic.has(id)) &&
          concepts.every((id) => question.concepts[id]?.typed === undefined),
      );
      const speech = speakerShare === 0 ? 'nothing' : said.length === 0 ? 'other' : 'topic';
      return {
        passage,
        measures: {
          // The index scored the words of a passage; those of a name that was found alone count here.
          bm25: score ?? sumOf('concept'),
          concept: sumOf('concept'),
          exact: sumOf('exact'),
          weakExact: sumOf('weakExact'),
          pair: sumOf('pair'),
          near: sumOf('near'),
          gram: sumOf('gram'),
          part: sumOf('part'),
          video: videoScore,
          coverage: termCoverage,
          speaker: sumIdf(said),
          speakerShare,
        },
        termCoverage,
        hasTermPair,
        videoMs,
        ...(asked.names.size > 0 && { asked: speech }),
      };
    },
  );
  return {
    measured,
    conceptIdf,
    passageCount: rarity.passageCount,
    absent: [...absentConcepts],
    lacksWord:
      absentConcepts.size > 0 &&
      question.strong.length <= MAX_REQUIRED_WORDS &&
      findAnswerKind(question.text) !== 'comparison',
  };
}
