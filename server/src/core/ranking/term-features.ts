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
  /** Counts each feature in a passage, and its length in words. */
  count(terms: string, text: string): { readonly counts: Float32Array; readonly length: number };
}

/** A polynomial in a factor, modulo 2^32; the highest power is that of a gram's first character. */
const HASH_FACTOR = 65_599;
const HASH_FACTOR_CUBED = Math.imul(Math.imul(HASH_FACTOR, HASH_FACTOR), HASH_FACTOR);
/** Hashes that share their low bits with no gram of the question are rejected without a look-up. */
const LOW_BITS = 4_095;

/**
 * Passes the hash of each 4-character gram of a term, with marked edges, to `onGram`. Numbers are used,
 * because strings would cost more than the rest of the scoring: each question examines thousands of terms.
 * Each hash is made from the one before it. Grams with equal hashes count as one.
 */
function eachGram(term: string, onGram: (gram: number) => void): void {
  const size = term.length;
  const last = Math.max(size + 1, GRAM_CHARS - 1);
  let gram = 0;
  for (let end = -1; end < last; end += 1) {
    const start = end - GRAM_CHARS;
    if (start >= -1) {
      const first = start < 0 ? EDGE_CHAR_CODE : term.charCodeAt(start);
      gram -= Math.imul(first, HASH_FACTOR_CUBED);
    }
    const code = end < 0 || end >= size ? EDGE_CHAR_CODE : term.charCodeAt(end);
    gram = (Math.imul(gram, HASH_FACTOR) + code) | 0;
    if (end >= GRAM_CHARS - 2) onGram(gram);
  }
}

/** The features of one term, looked up once per question for all candidates. */
interface TermFeature {
  readonly concept: number;
  readonly part: number;
  readonly grams: readonly number[];
}

/** Most terms of a passage have nothing in common with the question. */
const UNRELATED_TERM: TermFeature = { concept: -1, part: -1, grams: [] };
const WORD_CHAR = /[\p{L}\p{N}]/u;
const SPACELESS_SCRIPT =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** Counts the occurrences of a lower-case word as a whole word in a lower-case text. */
export function countOccurrences(word: string, text: string): number {
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
      eachGram(term, (gram) => {
        if (!grams.has(gram)) grams.set(gram, addFeature('gram'));
      });
  const gramLowBits = new Uint8Array(LOW_BITS + 1);
  for (const gram of grams.keys()) gramLowBits[gram & LOW_BITS] = 1;

  const termCache = new Map<string, TermFeature>();
  const lookUpTerm = (term: string): TermFeature => {
    let cachedTerm = termCache.get(term);
    if (!cachedTerm) {
      let gramFeatures: number[] | undefined;
      eachGram(term, (gram) => {
        const feature = gramLowBits[gram & LOW_BITS] === 0 ? undefined : grams.get(gram);
        if (feature === undefined) return;
        gramFeatures ??= [];
        gramFeatures.push(feature);
      });
      const concept = conceptByTerm.get(term) ?? -1;
      const part = partFeatures.get(term) ?? -1;
      const isUnrelated = gramFeatures === undefined && concept < 0 && part < 0;
      cachedTerm = isUnrelated ? UNRELATED_TERM : { concept, part, grams: gramFeatures ?? [] };
      termCache.set(term, cachedTerm);
    }
    return cachedTerm;
  };

  function count(terms: string, text: string) {
    const counts = new Float32Array(kinds.length);
    const increment = (feature: number | undefined) => {
      if (feature !== undefined && feature >= 0) counts[feature] = (counts[feature] ?? 0) + 1;
    };
    const recentConcepts = new Int16Array(MAX_NEAR_DISTANCE_WORDS).fill(-1);
    const words = terms === '' ? [] : terms.split(' ');
    words.forEach((term, at) => {
      const { concept, part, grams: gramFeatures } = lookUpTerm(term);
      for (const gram of gramFeatures) increment(gram);
      increment(part);
      if (concept >= 0) {
        increment(conceptFeatures[concept]);
        for (let distance = 1; distance <= MAX_NEAR_DISTANCE_WORDS && distance <= at; distance += 1) {
          const earlierConcept = recentConcepts[(at - distance) % MAX_NEAR_DISTANCE_WORDS] ?? -1;
          if (earlierConcept < 0) continue;
          if (distance === 1) increment(orderedPairFeatures[earlierConcept * size + concept]);
          increment(nearPairFeatures[earlierConcept * size + concept]);
        }
      }
      recentConcepts[at % MAX_NEAR_DISTANCE_WORDS] = concept;
    });
    for (const { plain, id } of exact) counts[id] = countOccurrences(plain, text);
    return { counts, length: words.length };
  }
  return { kinds, concepts: conceptFeatures, parts, pairs, exact: exact.map(({ id }) => id), count };
}
