import type { Question } from './question.ts';

/** Weights of the parts of a score beside the index's own BM25; tuned on meetings and tutorials. */
export const WEIGHTS = {
  exact: 1,
  weakExact: 0.3,
  pair: 1,
  near: 0.4,
  gram: 0.3,
  part: 0.5,
  video: 0.3,
} as const;

/** How far apart two words are still near, words. */
const NEAR = 3;
const GRAM = 4;
const EDGE = 35;

/** Everything a question looks for in a passage, each feature with its number and weight. */
export interface Features {
  readonly weights: readonly number[];
  /** Feature of each concept's terms (weight 0: the index has counted them). */
  readonly concepts: readonly number[];
  /** Features of the parts of each concept's compound; [] where it is none. */
  readonly parts: readonly (readonly number[])[];
  /** Two strong concepts side by side. */
  readonly pairs: readonly number[];
  /** Counts of each feature in a passage, and its length in words. */
  count(terms: string, text: string): { readonly counts: Float32Array; readonly length: number };
}

/**
 * 4-character pieces of a term with its edges marked, each as a number: thousands of terms are looked at for every
 * question, and texts would cost more than the rest of the scoring. Two pieces with one number are as good as one.
 */
function eachGram(term: string, use: (gram: number) => void): void {
  const size = term.length;
  const at = (i: number) => (i < 0 || i >= size ? EDGE : term.charCodeAt(i));
  for (let i = -1; i + GRAM <= Math.max(size + 1, GRAM - 1); i += 1) {
    let gram = 0;
    for (let j = i; j < i + GRAM; j += 1) gram = (Math.imul(gram, 65_599) + at(j)) | 0;
    use(gram);
  }
}

const NONE: readonly number[] = [];
const LETTER = /[\p{L}\p{N}]/u;
const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** How often a lower-case word stands in a lower-case text as a word of its own. */
export function occurrences(word: string, text: string): number {
  const free = SPACELESS.test(word);
  let count = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const after = text.charAt(at + word.length);
    if (free || !(LETTER.test(text.charAt(at - 1)) || LETTER.test(after))) count += 1;
  }
  return count;
}

export function featuresOf(question: Question): Features {
  const weights: number[] = [];
  const add = (weight: number) => weights.push(weight) - 1;
  const { concepts, order } = question;
  const size = concepts.length;
  const conceptFeatures = concepts.map(() => add(0));
  const exact = concepts.map(({ plain, weak }) => ({
    plain,
    id: add(weak ? WEIGHTS.weakExact : WEIGHTS.exact),
  }));
  const conceptOf = new Map<string, number>();
  const partOf = new Map<string, number>();
  concepts.forEach(({ terms, parts }, id) => {
    for (const term of terms) if (!conceptOf.has(term)) conceptOf.set(term, id);
    for (const part of parts) if (!partOf.has(part)) partOf.set(part, add(WEIGHTS.part));
  });
  const parts = concepts.map((concept) => concept.parts.map((part) => partOf.get(part) ?? 0));
  const ordered = new Int16Array(size * size).fill(-1);
  const near = new Int16Array(size * size).fill(-1);
  const pairs: number[] = [];
  const strong = new Set(question.strong);
  order.forEach((a, i) => {
    for (let j = i + 1; j <= i + NEAR && j < order.length; j += 1) {
      const b = order[j] ?? a;
      if (a === b) continue;
      if (j === i + 1 && ordered[a * size + b] === -1) {
        const pair = add(WEIGHTS.pair);
        ordered[a * size + b] = pair;
        if (strong.has(a) && strong.has(b)) pairs.push(pair);
      }
      if (near[a * size + b] === -1) {
        near[a * size + b] = add(WEIGHTS.near);
        near[b * size + a] = near[a * size + b] ?? -1;
      }
    }
  });
  const grams = new Map<number, number>();
  for (const id of question.strong)
    for (const term of concepts[id]?.terms.slice(0, 1) ?? [])
      eachGram(term, (gram) => {
        if (!grams.has(gram)) grams.set(gram, add(WEIGHTS.gram));
      });

  /** What one term of a passage counts for: looked up once a question, for all its candidates. */
  interface Seen {
    readonly concept: number;
    readonly part: number;
    readonly grams: readonly number[];
  }
  const seen = new Map<string, Seen>();
  const look = (term: string): Seen => {
    let found = seen.get(term);
    if (!found) {
      let pieces: number[] | undefined;
      eachGram(term, (gram) => {
        const feature = grams.get(gram);
        if (feature === undefined) return;
        pieces ??= [];
        pieces.push(feature);
      });
      found = { concept: conceptOf.get(term) ?? -1, part: partOf.get(term) ?? -1, grams: pieces ?? NONE };
      seen.set(term, found);
    }
    return found;
  };

  function count(terms: string, text: string) {
    const counts = new Float32Array(weights.length);
    const bump = (feature: number | undefined) => {
      if (feature !== undefined && feature >= 0) counts[feature] = (counts[feature] ?? 0) + 1;
    };
    const recent = new Int16Array(NEAR).fill(-1);
    const words = terms === '' ? [] : terms.split(' ');
    words.forEach((term, at) => {
      const { concept, part, grams: found } = look(term);
      for (const gram of found) bump(gram);
      bump(part);
      if (concept >= 0) {
        bump(conceptFeatures[concept]);
        for (let back = 1; back <= NEAR && back <= at; back += 1) {
          const other = recent[(at - back) % NEAR] ?? -1;
          if (other < 0) continue;
          if (back === 1) bump(ordered[other * size + concept]);
          bump(near[other * size + concept]);
        }
      }
      recent[at % NEAR] = concept;
    });
    for (const { plain, id } of exact) counts[id] = occurrences(plain, text);
    return { counts, length: words.length };
  }
  return { weights, concepts: conceptFeatures, parts, pairs, count };
}
