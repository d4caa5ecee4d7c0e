import type { Line } from '../domain/description.ts';
import type { Passage } from '../domain/passage.ts';
import { overlapMs, type TimeRange, type Uri } from '../domain/time-range.ts';
import type { VectorKind } from '../domain/vector.ts';
import { compareByTime } from '../language/lines.ts';
import type { Question } from '../query/question-analysis.ts';
import { confidence } from './answerability.ts';
import { MAX_HIT_MS, type TextSpan } from './best-span.ts';
import type { ScoredPassage, SemanticMatch } from './bm25-rescore.ts';
import { PASSAGE_STEP_MS, PASSAGE_WINDOW_MS, toPassageId } from './build-passages.ts';
import { type EmbedderLanguages, understandsLine } from './embedder-languages.ts';
import { toMatchPosition } from './similarity-calibration.ts';

/** A piece of a video that is semantically similar to the query. */
export interface VectorMatch extends TimeRange {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly kind: VectorKind;
  /** Match strength 0..1; see `SimilarityCalibration`. */
  readonly strength: number;
  readonly answerable: boolean;
  /** Languages that the model understands; undefined: all. It says nothing about lines in others. */
  readonly languages?: EmbedderLanguages;
}

/**
 * Weights of matches relative to words, whose best match scores 0..1. Scores are added, because a place found by words and
 * meaning is more likely right than one with a strong single match. Of texts about the topic of a question the position
 * between unrelated texts and answers counts; `test/bench/qmsum-meaning.mjs` tells what that is worth. Texts that stand
 * out and pictures count by their strength.
 */
const TOPIC_WEIGHT = 0.2;
const ANSWERABLE_WEIGHT = 0.8;
const IMAGE_WEIGHT = 0.6;
/** Weight of a second kind of text with the same meaning. */
const SECOND_KIND_WEIGHT = 0.25;

/** Returns the ids of the passages that contain a piece, the best centred first. */
export function toPassageIds({
  videoId,
  uri,
  startMs,
  endMs,
}: Omit<VectorMatch, 'kind' | 'strength' | 'answerable'>): readonly string[] {
  const middle = (startMs + endMs) / 2;
  const last = Math.floor(middle / PASSAGE_STEP_MS) * PASSAGE_STEP_MS;
  const distanceMs = (at: number) => Math.abs(at + PASSAGE_WINDOW_MS / 2 - middle);
  return [last, last - PASSAGE_STEP_MS]
    .filter((at) => at >= 0)
    .sort((a, b) => distanceMs(a) - distanceMs(b))
    .map((at) => toPassageId(videoId, uri, at));
}

/**
 * Returns the lines of a passage that a match was made of, within 30 s of its start; undefined if none is
 * left.
 */
function toTextSpan(passage: Passage, match: VectorMatch): TextSpan | undefined {
  const { startMs } = match;
  const endMs = Math.min(match.endMs, startMs + MAX_HIT_MS);
  const evidence = passage.lines
    .filter(
      (line) =>
        line.kind === match.kind &&
        overlapMs(line, { startMs, endMs }) > 0 &&
        understandsLine(match.languages ?? 'all', line),
    )
    .sort(compareByTime);
  return evidence.length > 0 ? { startMs, endMs, evidence } : undefined;
}

/** Combines the matches in a passage: the strongest, plus a bonus if another kind agrees. */
export function combineMatches(passage: Passage, matches: readonly VectorMatch[]): SemanticMatch | undefined {
  const locatedPassages = matches
    .flatMap((vectorMatch) => {
      const moment = toTextSpan(passage, vectorMatch);
      return moment ? [{ near: vectorMatch, moment }] : [];
    })
    .sort((a, b) => b.near.strength - a.near.strength || a.near.startMs - b.near.startMs);
  const [best] = locatedPassages;
  if (!best) return undefined;
  const secondStrength = locatedPassages.find(({ near }) => near.kind !== best.near.kind)?.near.strength ?? 0;
  return {
    strength: Math.min(1, best.near.strength + SECOND_KIND_WEIGHT * secondStrength),
    answerable: best.near.answerable,
    span: best.moment,
  };
}

function scoreSemanticMatch(match: SemanticMatch | undefined): number {
  if (match === undefined) return 0;
  const { answerable, strength } = match;
  return answerable ? ANSWERABLE_WEIGHT * strength : TOPIC_WEIGHT * toMatchPosition(strength);
}

/** A picture that matches the query, as a line of a hit. */
export interface ImageMatch extends VectorMatch {
  readonly line: Line;
}

/**
 * Creates a passage from a picture. `beside` are lines of the same time: they inform the answer but are not
 * the reason for the hit.
 */
function toImagePassage(
  { videoId, line, startMs, endMs }: ImageMatch,
  neighbourLines: readonly Line[],
): Passage {
  const range = { startMs, endMs: Math.min(endMs, startMs + MAX_HIT_MS) };
  const lines = [line, ...neighbourLines.filter((other) => overlapMs(other, range) > 0)];
  return { id: `${videoId}.frame.${startMs}`, videoId, uri: '', ...range, terms: '', lines };
}

/**
 * Merges lexical, semantic and image matches into one list, best first. Word scores are scaled by how much of
 * the question the best one covers, so that weak word matches do not outrank good semantic ones. `locate`
 * finds the moment of a hit: pictures elsewhere in its passage add nothing.
 */
export function fuseResults(
  question: Question,
  lexicalHits: readonly ScoredPassage[],
  semanticHits: readonly { readonly passage: Passage; readonly semanticMatch: SemanticMatch }[],
  imageHits: readonly { readonly look: ImageMatch; readonly beside: readonly Line[] }[],
  locate: (hit: ScoredPassage) => TextSpan | undefined,
): readonly ScoredPassage[] {
  const [best] = lexicalHits;
  const lexicalScale = best && best.score > 0 ? confidence(question, best) / best.score : 0;
  const semanticById = new Map(semanticHits.map(({ passage, semanticMatch }) => [passage.id, semanticMatch]));
  const lexicalIds = new Set(lexicalHits.map(({ passage }) => passage.id));
  const lexicalScored = lexicalHits.map((hit): ScoredPassage => {
    const semanticMatch = semanticById.get(hit.passage.id);
    return {
      ...hit,
      score: hit.score * lexicalScale + scoreSemanticMatch(semanticMatch),
      ...(semanticMatch && { semanticMatch }),
    };
  });
  const semanticOnly = semanticHits
    .filter(({ passage }) => !lexicalIds.has(passage.id))
    .map(
      ({ passage, semanticMatch }): ScoredPassage => ({
        passage,
        score: scoreSemanticMatch(semanticMatch),
        termCoverage: 0,
        hasTermPair: false,
        answerOdds: Number.NEGATIVE_INFINITY,
        semanticMatch,
      }),
    );
  const withImages = [...lexicalScored, ...semanticOnly].map((hit): ScoredPassage => {
    const overlappingImages = imageHits.filter(
      ({ look }) => look.videoId === hit.passage.videoId && overlapMs(look, hit.passage) > 0,
    );
    const span = overlappingImages.length > 0 ? locate(hit) : undefined;
    const spanImages = span ? overlappingImages.filter(({ look }) => overlapMs(look, span) > 0) : [];
    if (spanImages.length === 0) return hit;
    const strongest = Math.max(...spanImages.map(({ look }) => look.strength));
    return {
      ...hit,
      score: hit.score + IMAGE_WEIGHT * strongest,
      imageLines: spanImages.map(({ look }) => look.line),
    };
  });
  const imageOnly = imageHits.map(({ look, beside }): ScoredPassage => {
    const passage = toImagePassage(look, beside);
    const span = { startMs: passage.startMs, endMs: passage.endMs, evidence: [look.line] };
    const { strength } = look;
    // A picture cannot be quoted, so an answer is never based only on a picture.
    const semanticMatch = { strength, answerable: false, span };
    return {
      passage,
      score: IMAGE_WEIGHT * strength,
      termCoverage: 0,
      hasTermPair: false,
      answerOdds: Number.NEGATIVE_INFINITY,
      semanticMatch,
      exact: true,
    };
  });
  return [...withImages, ...imageOnly].sort(
    (a, b) =>
      b.score - a.score || compareByTime(a.passage, b.passage) || (a.passage.id < b.passage.id ? -1 : 1),
  );
}

/** Chooses the moment of a hit: where its words are, or the semantic match if it has few words. */
export function chooseSpan(
  hit: ScoredPassage,
  lexicalSpan: TextSpan | undefined,
  lexicalIsSparse: boolean,
): TextSpan | undefined {
  const { semanticMatch } = hit;
  const base = semanticMatch && (lexicalIsSparse || !lexicalSpan) ? semanticMatch.span : lexicalSpan;
  if (!base) return undefined;
  const imageLines = (hit.imageLines ?? []).filter((line) => overlapMs(line, base) > 0);
  return imageLines.length > 0 ? { ...base, evidence: [...base.evidence, ...imageLines] } : base;
}
