import type { Line } from './description.ts';
import { featuresOf, WEIGHTS } from './features.ts';
import type { Moment } from './moment.ts';
import type { Passage } from './passage.ts';
import { within } from './passages.ts';
import type { Question } from './question.ts';

/** A Passage the index found: its BM25 and that of its video as a whole. */
export interface Found {
  readonly passage: Passage;
  /** Undefined where the index has none (a name alone was found): the words then count among the candidates. */
  readonly score: number | undefined;
  /** BM25 of the copy's Outline; 0 where its names and words hold nothing asked. */
  readonly video: number;
  /** Terms of its names and tags: a word that stands there counts as found. */
  readonly title: ReadonlySet<string>;
}

export interface Scored {
  readonly passage: Passage;
  readonly score: number;
  /** 0..1: the strong concepts that the passage or its title holds, each by its rarity; one nothing holds is rarest. */
  readonly share: number;
  /** Two words of the question stand side by side. */
  readonly pair: boolean;
  /** Present where it was found by what it means. */
  readonly meaning?: Meaning;
  /** Pictures in it that were found by their looks. */
  readonly looks?: readonly Line[];
  /** A picture alone: the passage is the very place, and not a window around it. */
  readonly exact?: boolean;
}

/** How near a passage, or a part of it, lies to what is asked by its meaning. */
export interface Meaning {
  /** 0..1; 0: as far as anything else; see nearness.ts. */
  readonly strength: number;
  /** An answer may rest on it. */
  readonly sure: boolean;
  /** That part, and the lines that were compared. */
  readonly moment: Moment;
}

export interface Rescored {
  /** Best first. */
  readonly hits: readonly Scored[];
  /** Rarity of each concept among the candidates. */
  readonly weights: readonly number[];
  /** Strong concepts that no candidate holds. */
  readonly absent: readonly number[];
}

/** How much a word counts as found that was put in the place of a misspelt one. */
const GUESSED = 0.6;
const K1 = 1.2;
const B = 0.75;

/** Rarity of each feature among the candidates: no statistics are kept. */
function rarity(counts: readonly Float32Array[], size: number): Float32Array {
  const holding = new Float32Array(size);
  for (const row of counts) for (let i = 0; i < size; i += 1) if (row[i]) holding[i] = (holding[i] ?? 0) + 1;
  return holding.map((held) => Math.log(1 + (counts.length - held + 0.5) / (held + 0.5)));
}

/**
 * Scores the index's best passages anew: its BM25, plus exact words, pairs of words in order, near pairs, pieces of
 * words, and the video as a whole; each part a BM25 among the candidates. Best first.
 */
export function rescore(question: Question, found: readonly Found[]): Rescored {
  const features = featuresOf(question);
  const size = features.weights.length;
  const counted = found.map(({ passage }) => features.count(passage.terms, textOf(passage)));
  const idf = rarity(
    counted.map(({ counts }) => counts),
    size,
  );
  const average = counted.reduce((sum, { length }) => sum + length, 0) / Math.max(1, counted.length);
  const own = new Set(features.concepts);
  const absent = new Set(question.strong);
  const weightOf = (ids: readonly number[], guessed: number) =>
    ids.reduce((sum, id) => {
      const trust = question.concepts[id]?.typed === undefined ? 1 : guessed;
      return sum + trust * (idf[features.concepts[id] ?? -1] ?? 0);
    }, 0);
  const hits = found
    .map(({ passage, score, video, title }, row) => {
      const { counts, length } = counted[row] ?? features.count('', '');
      // A name is short because it is a name: that makes it no better than a passage.
      const words = score === undefined ? Math.max(length, average) : length;
      const norm = K1 * (1 - B + (B * words) / Math.max(1, average));
      let sum = (score ?? 0) + WEIGHTS.video * video;
      for (let i = 0; i < size; i += 1) {
        const count = counts[i] ?? 0;
        if (count === 0) continue;
        const weight = (features.weights[i] ?? 0) + (score === undefined && own.has(i) ? 1 : 0);
        sum += (weight * (idf[i] ?? 0) * (K1 + 1) * count) / (count + norm);
      }
      const has = (feature: number | undefined) => (counts[feature ?? -1] ?? 0) > 0;
      const held = question.strong.filter((id) => {
        const parts = features.parts[id] ?? [];
        const byParts = parts.length > 0 && parts.every(has);
        return byParts || has(features.concepts[id]) || holds(question, id, title);
      });
      for (const id of held) absent.delete(id);
      const share = weightOf(held, GUESSED) / Math.max(1e-9, weightOf(question.strong, 1));
      return { passage, score: sum, share, pair: features.pairs.some(has) };
    })
    .sort((a, b) => b.score - a.score || order(a.passage, b.passage));
  const weights = question.concepts.map(
    ({ weak }, id) => (weak ? WEIGHTS.weakExact : 1) * (idf[features.concepts[id] ?? -1] ?? 0),
  );
  return { hits, weights, absent: [...absent] };
}

function order(a: Passage, b: Passage): number {
  return a.startMs - b.startMs || (a.id < b.id ? -1 : 1);
}

/** True where a concept stands among terms, as itself or by all parts of the compound. */
export function holds(question: Question, id: number, terms: ReadonlySet<string>): boolean {
  const concept = question.concepts[id];
  if (!concept) return false;
  const parts = concept.parts.length > 0 && concept.parts.every((part) => terms.has(part));
  return parts || concept.terms.some((term) => terms.has(term));
}

/** Lower-case text of the lines that a passage counts, without its context. */
function textOf(passage: Passage): string {
  return passage.lines
    .filter((line) => within(line, passage))
    .map((line) => line.text)
    .join(' ')
    .toLowerCase();
}
