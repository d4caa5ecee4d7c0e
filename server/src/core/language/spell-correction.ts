import type { Line } from '../domain/description.ts';
import { editDistance } from './edit-distance.ts';
import { tokenize } from './tokenizer.ts';

/** Shorter words have too many neighbours to be guessed. */
const MIN_CORRECTABLE_CHARS = 4;
/** From this length on two slips are believed. */
const MIN_TWO_TYPO_CHARS = 8;

/** One slip: a letter put in, left out, changed, or two swapped. */
function countTypos(a: string, b: string): number {
  const distance = editDistance(a, b, 2);
  if (distance !== 2 || a.length !== b.length) return distance;
  const at = [...a].findIndex((_, i) => a[i] !== b[i]);
  const swappedWord = a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2);
  return swappedWord === b ? 1 : distance;
}

/** True where a word is long enough and of letters, so that a slip can be told from another word. */
export function isCorrectableWord(word: string): boolean {
  return (
    word.length >= MIN_CORRECTABLE_CHARS &&
    /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}]+$/u.test(word)
  );
}

/** How often each word stands in the lines, without accents, as the index holds it. */
export function countWords(lines: Iterable<Pick<Line, 'text' | 'language'>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text, language } of lines)
    for (const { word } of tokenize(text, language).words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Returns the word that a word absent from the index was meant to be: the nearest one of `counts`, of equals the most
 * frequent; undefined if none is near.
 */
export function findSpellingCorrection(
  word: string,
  counts: ReadonlyMap<string, number>,
): string | undefined {
  if (!isCorrectableWord(word)) return undefined;
  const maxTypos = word.length >= MIN_TWO_TYPO_CHARS ? 2 : 1;
  const candidates: { readonly candidate: string; readonly typos: number; readonly count: number }[] = [];
  for (const [knownWord, count] of counts) {
    if (knownWord[0] !== word[0] || Math.abs(knownWord.length - word.length) > maxTypos) continue;
    const typos = countTypos(word, knownWord);
    if (typos <= maxTypos) candidates.push({ candidate: knownWord, typos, count });
  }
  candidates.sort((a, b) => a.typos - b.typos || b.count - a.count || (a.candidate < b.candidate ? -1 : 1));
  return candidates[0]?.candidate;
}
