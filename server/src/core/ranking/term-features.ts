import type { Question } from '../query/question-analysis.ts';

/** A kind of match between the words of a question and of a passage; each has one weight in the score. */
export type FeatureKind = 'concept' | 'exact' | 'weakExact' | 'pair' | 'near' | 'gram' | 'part';

/** Maximum distance of two near words, in words. */
const MAX_NEAR_DISTANCE_WORDS = 3;
const GRAM_CHARS = 4;
const EDGE_CHAR_CODE = 35;

/** Lists the features a question looks for in a passage, with their numbers and kinds. */
export interface TermFeatures {
  readonly kinds: readonly FeatureKind[];
  /** Feature of each concept's terms. */
  readonly concepts: readonly number[];
  /** Features of the parts of each concept's compound; [] if it is not one. */
  readonly parts: readonly (readonly number[])[];
  /** Features of two adjacent strong concepts, each with the concepts. */
  readonly pairs: readonly { readonly feature: number; readonly concepts: readonly [number, number] }[];
  /** Feature of each concept's exact word. */
  readonly exact: readonly number[];
  /**
   * Adds to `counts` how often each feature occurs in the terms and the lower-case text of a passage. Returns the number of
   * terms. The first feature is counted at `offset`.
   */
  count(terms: string, text: string, counts: Float32Array, offset: number): number;
}

/** A polynomial in a factor, modulo 2^32; the highest power is that of a gram's first character. */
const HASH_FACTOR = 65_599;
const HASH_FACTOR_CUBED = Math.imul(Math.imul(HASH_FACTOR, HASH_FACTOR), HASH_FACTOR);
/** Hashes that share their low bits with no gram of the question are rejected without a look-up. */
const LOW_BITS = 4_095;

/**
 * Passes the hash of each 4-character gram of the term `text[from..to)`, with marked edges, to `onGram`. Numbers are used,
 * and the text is not split, because strings would cost more than the rest of the scoring: each question examines
 * thousands of terms. Each hash is made from the one before it. Grams with equal hashes count as one.
 */
function eachGram(text: string, from: number, to: number, onGram: (gram: number) => void): void {
  const last = Math.max(to + 1, from + GRAM_CHARS - 1);
  let gram = 0;
  for (let end = from - 1; end < last; end += 1) {
    const start = end - GRAM_CHARS;
    if (start >= from - 1) {
      const first = start < from ? EDGE_CHAR_CODE : text.charCodeAt(start);
      gram -= Math.imul(first, HASH_FACTOR_CUBED);
    }
    const code = end < from || end >= to ? EDGE_CHAR_CODE : text.charCodeAt(end);
    gram = (Math.imul(gram, HASH_FACTOR) + code) | 0;
    if (end >= from + GRAM_CHARS - 2) onGram(gram);
  }
}

/** A term of the question. */
interface AskedTerm {
  readonly term: string;
  /** Concept that it stands for, or -1. */
  readonly concept: number;
  /** Feature of the part of a compound that it is, or -1. */
  readonly part: number;
}

const NO_TERMS: readonly AskedTerm[] = [];

/** Returns a function that finds a term of the question at `text[from..to)`. It creates no strings. */
function createTermLookUp(
  conceptByTerm: ReadonlyMap<string, number>,
  partFeatures: ReadonlyMap<string, number>,
): (text: string, from: number, to: number) => AskedTerm | undefined {
  const byStart = new Map<number, AskedTerm[]>();
  const keyOf = (text: string, from: number, to: number) =>
    from === to ? 0 : (to - from) * 65_536 + text.charCodeAt(from);
  for (const term of new Set([...conceptByTerm.keys(), ...partFeatures.keys()])) {
    const key = keyOf(term, 0, term.length);
    const asked = { term, concept: conceptByTerm.get(term) ?? -1, part: partFeatures.get(term) ?? -1 };
    const others = byStart.get(key);
    if (others) others.push(asked);
    else byStart.set(key, [asked]);
  }
  return (text, from, to) => {
    for (const asked of byStart.get(keyOf(text, from, to)) ?? NO_TERMS)
      if (text.startsWith(asked.term, from)) return asked;
    return undefined;
  };
}

/** Most terms of a passage are none of the question's. */
const UNRELATED_TERM: AskedTerm = { term: '', concept: -1, part: -1 };
const WORD_CHAR = /[\p{L}\p{N}]/u;
const SPACELESS_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** Counts the occurrences of a lower-case word as a whole word in a lower-case text. */
export function countOccurrences(word: string, text: string): number {
  if (!text.includes(word)) return 0;
  const spaceless = SPACELESS_SCRIPT.test(word);
  let count = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    const nextChar = text.charAt(at + word.length);
    if (spaceless || !(WORD_CHAR.test(text.charAt(at - 1)) || WORD_CHAR.test(nextChar))) count += 1;
  }
  return count;
}

export function createTermFeatures(question: Question): TermFeatures {
  const kinds: FeatureKind[] = [];
  const addFeature = (kind: FeatureKind) => kinds.push(kind) - 1;
  const { concepts, order } = question;
  const size = concepts.length;
  const conceptFeatures = concepts.map(() => addFeature('concept'));
  const exact = concepts.map(({ plain, weak }) => ({
    plain,
    id: addFeature(weak ? 'weakExact' : 'exact'),
  }));
  const conceptByTerm = new Map<string, number>();
  const partFeatures = new Map<string, number>();
  concepts.forEach(({ terms, parts }, id) => {
    for (const term of terms) if (!conceptByTerm.has(term)) conceptByTerm.set(term, id);
    for (const part of parts) if (!partFeatures.has(part)) partFeatures.set(part, addFeature('part'));
  });
  const parts = concepts.map((concept) => concept.parts.map((part) => partFeatures.get(part) ?? 0));
  const orderedPairFeatures = new Int16Array(size * size).fill(-1);
  const nearPairFeatures = new Int16Array(size * size).fill(-1);
  const pairs: { readonly feature: number; readonly concepts: readonly [number, number] }[] = [];
  const strongConcepts = new Set(question.strong);
  order.forEach((a, i) => {
    for (let j = i + 1; j <= i + MAX_NEAR_DISTANCE_WORDS && j < order.length; j += 1) {
      const b = order[j] ?? a;
      if (a === b) continue;
      if (j === i + 1 && orderedPairFeatures[a * size + b] === -1) {
        const pair = addFeature('pair');
        orderedPairFeatures[a * size + b] = pair;
        if (strongConcepts.has(a) && strongConcepts.has(b)) pairs.push({ feature: pair, concepts: [a, b] });
      }
      if (nearPairFeatures[a * size + b] === -1) {
        nearPairFeatures[a * size + b] = addFeature('near');
        nearPairFeatures[b * size + a] = nearPairFeatures[a * size + b] ?? -1;
      }
    }
  });
  const grams = new Map<number, number>();
  for (const id of question.strong)
    for (const term of concepts[id]?.terms.slice(0, 1) ?? [])
      eachGram(term, 0, term.length, (gram) => {
        if (!grams.has(gram)) grams.set(gram, addFeature('gram'));
      });
  const gramLowBits = new Uint8Array(LOW_BITS + 1);
  for (const gram of grams.keys()) gramLowBits[gram & LOW_BITS] = 1;

  const findTerm = createTermLookUp(conceptByTerm, partFeatures);

  function count(terms: string, text: string, counts: Float32Array, offset: number): number {
    const increment = (feature: number | undefined) => {
      if (feature !== undefined && feature >= 0)
        counts[offset + feature] = (counts[offset + feature] ?? 0) + 1;
    };
    const countGram = (gram: number) => {
      if (gramLowBits[gram & LOW_BITS] !== 0) increment(grams.get(gram));
    };
    /** Concepts of the last terms, as a ring. */
    const recentConcepts: number[] = Array(MAX_NEAR_DISTANCE_WORDS).fill(-1);
    let length = 0;
    for (let from = 0; terms !== '' && from <= terms.length; ) {
      const space = terms.indexOf(' ', from);
      const to = space < 0 ? terms.length : space;
      eachGram(terms, from, to, countGram);
      const { concept, part } = findTerm(terms, from, to) ?? UNRELATED_TERM;
      increment(part);
      if (concept >= 0) {
        increment(conceptFeatures[concept]);
        for (let distance = 1; distance <= MAX_NEAR_DISTANCE_WORDS && distance <= length; distance += 1) {
          const earlierConcept = recentConcepts[(length - distance) % MAX_NEAR_DISTANCE_WORDS] ?? -1;
          if (earlierConcept < 0) continue;
          if (distance === 1) increment(orderedPairFeatures[earlierConcept * size + concept]);
          increment(nearPairFeatures[earlierConcept * size + concept]);
        }
      }
      recentConcepts[length % MAX_NEAR_DISTANCE_WORDS] = concept;
      length += 1;
      from = to + 1;
    }
    for (const { plain, id } of exact) counts[offset + id] = countOccurrences(plain, text);
    return length;
  }
  return { kinds, concepts: conceptFeatures, parts, pairs, exact: exact.map(({ id }) => id), count };
}
