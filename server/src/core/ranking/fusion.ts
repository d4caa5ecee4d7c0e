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

/** A piece of a video that lies near to what is asked. */
export interface VectorMatch extends TimeRange {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly kind: VectorKind;
  /** 0..1, see `Meaning`. */
  readonly strength: number;
  readonly answerable: boolean;
}

/**
 * What a semanticMatch and a look count for beside the words, each 0..1. Summed, for what both words and semanticMatch find is
 * more likely right than what one of them is sure of.
 */
const SEMANTIC_WEIGHT = 0.8;
const IMAGE_WEIGHT = 0.6;
/** What the second kind of text adds that means the same as the first. */
const SECOND_KIND_WEIGHT = 0.25;

/** Ids of the passages that a piece stands in, the one whose middle it is nearest to first. */
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

/** The lines of a passage that a piece was made of, within 30 s of its start; undefined where none is left of them. */
function toTextSpan(passage: Passage, match: VectorMatch): TextSpan | undefined {
  const { startMs } = match;
  const endMs = Math.min(match.endMs, startMs + MAX_HIT_MS);
  const evidence = passage.lines
    .filter((line) => line.kind === match.kind && overlapMs(line, { startMs, endMs }) > 0)
    .sort(compareByTime);
  return evidence.length > 0 ? { startMs, endMs, evidence } : undefined;
}

/** What the pieces in a passage mean together: the strongest, and a little more where other kinds agree. */
export function combineMatches(passage: Passage, matches: readonly VectorMatch[]): SemanticMatch | undefined {
  const located = matches
    .flatMap((near) => {
      const moment = toTextSpan(passage, near);
      return moment ? [{ near, moment }] : [];
    })
    .sort((a, b) => b.near.strength - a.near.strength || a.near.startMs - b.near.startMs);
  const [best] = located;
  if (!best) return undefined;
  const secondStrength = located.find(({ near }) => near.kind !== best.near.kind)?.near.strength ?? 0;
  return {
    strength: Math.min(1, best.near.strength + SECOND_KIND_WEIGHT * secondStrength),
    answerable: best.near.answerable,
    span: best.moment,
  };
}

/** A picture that fits what is asked, as a line of a hit. */
export interface ImageMatch extends VectorMatch {
  readonly line: Line;
}

/** A passage of a picture alone. `beside` are lines of that time, told to those who answer and no reason for the hit. */
function toImagePassage({ videoId, line, startMs, endMs }: ImageMatch, beside: readonly Line[]): Passage {
  const range = { startMs, endMs: Math.min(endMs, startMs + MAX_HIT_MS) };
  const lines = [line, ...beside.filter((other) => overlapMs(other, range) > 0)];
  return { id: `${videoId}.frame.${startMs}`, videoId, uri: '', ...range, terms: '', lines };
}

/**
 * What words, meanings and looks find as one list, best first. Words count by how much of the question the best of
 * them holds, so that a poor match of words does not outweigh a good one of semanticMatch. `locate` finds the moment of a
 * hit: what is seen elsewhere in its passage adds nothing to it.
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
      score: hit.score * lexicalScale + SEMANTIC_WEIGHT * (semanticMatch?.strength ?? 0),
      ...(semanticMatch && { semanticMatch }),
    };
  });
  const semanticOnly = semanticHits
    .filter(({ passage }) => !lexicalIds.has(passage.id))
    .map(
      ({ passage, semanticMatch }): ScoredPassage => ({
        passage,
        score: SEMANTIC_WEIGHT * semanticMatch.strength,
        termCoverage: 0,
        hasTermPair: false,
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
    // A picture says nothing that could be quoted: an answer never rests on it alone.
    const semanticMatch = { strength, answerable: false, span };
    return {
      passage,
      score: IMAGE_WEIGHT * strength,
      termCoverage: 0,
      hasTermPair: false,
      semanticMatch,
      exact: true,
    };
  });
  return [...withImages, ...imageOnly].sort(
    (a, b) =>
      b.score - a.score || compareByTime(a.passage, b.passage) || (a.passage.id < b.passage.id ? -1 : 1),
  );
}

/** Where in a hit to seek to: where its words stand, or, where those are few, what means the same. */
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
