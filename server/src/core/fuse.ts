import { confidence } from './abstain.ts';
import type { Line } from './description.ts';
import { byTime } from './lines.ts';
import { LONGEST_HIT_MS, type Moment } from './moment.ts';
import type { Passage } from './passage.ts';
import { passageId, STEP_MS, WINDOW_MS } from './passages.ts';
import type { Question } from './question.ts';
import { overlapMs, type TimeRange, type Uri } from './range.ts';
import type { Meaning, Scored } from './rescore.ts';
import type { VectorKind } from './vector.ts';

/** A piece of a video that lies near to what is asked. */
export interface Near extends TimeRange {
  readonly videoId: string;
  readonly uri: Uri | '';
  readonly kind: VectorKind;
  /** 0..1, see `Meaning`. */
  readonly strength: number;
  readonly sure: boolean;
}

/**
 * What a meaning and a look count for beside the words, each 0..1. Summed, for what both words and meaning find is
 * more likely right than what one of them is sure of.
 */
const MEANING = 0.8;
const LOOK = 0.6;
/** What the second kind of text adds that means the same as the first. */
const ALSO = 0.25;

/** Ids of the passages that a piece stands in, the one whose middle it is nearest to first. */
export function windowsOf({
  videoId,
  uri,
  startMs,
  endMs,
}: Omit<Near, 'kind' | 'strength' | 'sure'>): readonly string[] {
  const middle = (startMs + endMs) / 2;
  const last = Math.floor(middle / STEP_MS) * STEP_MS;
  const far = (at: number) => Math.abs(at + WINDOW_MS / 2 - middle);
  return [last, last - STEP_MS]
    .filter((at) => at >= 0)
    .sort((a, b) => far(a) - far(b))
    .map((at) => passageId(videoId, uri, at));
}

/** The lines of a passage that a piece was made of, within 30 s of its start; undefined where none is left of them. */
function momentOf(passage: Passage, near: Near): Moment | undefined {
  const { startMs } = near;
  const endMs = Math.min(near.endMs, startMs + LONGEST_HIT_MS);
  const evidence = passage.lines
    .filter((line) => line.kind === near.kind && overlapMs(line, { startMs, endMs }) > 0)
    .sort(byTime);
  return evidence.length > 0 ? { startMs, endMs, evidence } : undefined;
}

/** What the pieces in a passage mean together: the strongest, and a little more where other kinds agree. */
export function meaningOf(passage: Passage, pieces: readonly Near[]): Meaning | undefined {
  const found = pieces
    .flatMap((near) => {
      const moment = momentOf(passage, near);
      return moment ? [{ near, moment }] : [];
    })
    .sort((a, b) => b.near.strength - a.near.strength || a.near.startMs - b.near.startMs);
  const [best] = found;
  if (!best) return undefined;
  const also = found.find(({ near }) => near.kind !== best.near.kind)?.near.strength ?? 0;
  return {
    strength: Math.min(1, best.near.strength + ALSO * also),
    sure: best.near.sure,
    moment: best.moment,
  };
}

/** A picture that fits what is asked, as a line of a hit. */
export interface Look extends Near {
  readonly line: Line;
}

/** A passage of a picture alone. `beside` are lines of that time, told to those who answer and no reason for the hit. */
function lookPassage({ videoId, line, startMs, endMs }: Look, beside: readonly Line[]): Passage {
  const range = { startMs, endMs: Math.min(endMs, startMs + LONGEST_HIT_MS) };
  const lines = [line, ...beside.filter((other) => overlapMs(other, range) > 0)];
  return { id: `${videoId}.frame.${startMs}`, videoId, uri: '', ...range, terms: '', lines };
}

/**
 * What words, meanings and looks find as one list, best first. Words count by how much of the question the best of
 * them holds, so that a poor match of words does not outweigh a good one of meaning. `locate` finds the moment of a
 * hit: what is seen elsewhere in its passage adds nothing to it.
 */
export function fuse(
  question: Question,
  words: readonly Scored[],
  meanings: readonly { readonly passage: Passage; readonly meaning: Meaning }[],
  looks: readonly { readonly look: Look; readonly beside: readonly Line[] }[],
  locate: (hit: Scored) => Moment | undefined,
): readonly Scored[] {
  const [best] = words;
  const most = best && best.score > 0 ? confidence(question, best) / best.score : 0;
  const meant = new Map(meanings.map(({ passage, meaning }) => [passage.id, meaning]));
  const known = new Set(words.map(({ passage }) => passage.id));
  const told = words.map((hit): Scored => {
    const meaning = meant.get(hit.passage.id);
    return {
      ...hit,
      score: hit.score * most + MEANING * (meaning?.strength ?? 0),
      ...(meaning && { meaning }),
    };
  });
  const only = meanings
    .filter(({ passage }) => !known.has(passage.id))
    .map(
      ({ passage, meaning }): Scored => ({
        passage,
        score: MEANING * meaning.strength,
        share: 0,
        pair: false,
        meaning,
      }),
    );
  const seen = [...told, ...only].map((hit): Scored => {
    const near = looks.filter(
      ({ look }) => look.videoId === hit.passage.videoId && overlapMs(look, hit.passage) > 0,
    );
    const moment = near.length > 0 ? locate(hit) : undefined;
    const inside = moment ? near.filter(({ look }) => overlapMs(look, moment) > 0) : [];
    if (inside.length === 0) return hit;
    const strongest = Math.max(...inside.map(({ look }) => look.strength));
    return { ...hit, score: hit.score + LOOK * strongest, looks: inside.map(({ look }) => look.line) };
  });
  const pictures = looks.map(({ look, beside }): Scored => {
    const passage = lookPassage(look, beside);
    const moment = { startMs: passage.startMs, endMs: passage.endMs, evidence: [look.line] };
    const { strength } = look;
    // A picture says nothing that could be quoted: an answer never rests on it alone.
    const meaning = { strength, sure: false, moment };
    return { passage, score: LOOK * strength, share: 0, pair: false, meaning, exact: true };
  });
  return [...seen, ...pictures].sort(
    (a, b) => b.score - a.score || byTime(a.passage, b.passage) || (a.passage.id < b.passage.id ? -1 : 1),
  );
}

/** Where in a hit to seek to: where its words stand, or, where those are few, what means the same. */
export function placeIn(hit: Scored, found: Moment | undefined, few: boolean): Moment | undefined {
  const { meaning } = hit;
  const base = meaning && (few || !found) ? meaning.moment : found;
  if (!base) return undefined;
  const looks = (hit.looks ?? []).filter((line) => overlapMs(line, base) > 0);
  return looks.length > 0 ? { ...base, evidence: [...base.evidence, ...looks] } : base;
}
