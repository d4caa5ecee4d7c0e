import type { Line } from './description.ts';
import { editDistance } from './editDistance.ts';
import { contentWords } from './words.ts';

/** Shorter words have too many neighbours to be guessed. */
const SHORTEST = 4;
/** From this length on two slips are believed. */
const LONG = 8;

/** One slip: a letter put in, left out, changed, or two swapped. */
function slips(a: string, b: string): number {
  const distance = editDistance(a, b, 2);
  if (distance !== 2 || a.length !== b.length) return distance;
  const at = [...a].findIndex((_, i) => a[i] !== b[i]);
  const swapped = a.slice(0, at) + (a[at + 1] ?? '') + (a[at] ?? '') + a.slice(at + 2);
  return swapped === b ? 1 : distance;
}

/** True where a word is long enough and of letters, so that a slip can be told from another word. */
export function correctable(word: string): boolean {
  return (
    word.length >= SHORTEST && /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{M}]+$/u.test(word)
  );
}

/** How often each word stands in the lines, without accents, as the index holds it. */
export function countWords(lines: Iterable<Pick<Line, 'text' | 'language'>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { text, language } of lines)
    for (const { word } of contentWords(text, language).words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Returns the word that a word absent from the index was meant to be: the nearest one of `counts`, of equals the most
 * frequent; undefined if none is near.
 */
export function correction(word: string, counts: ReadonlyMap<string, number>): string | undefined {
  if (!correctable(word)) return undefined;
  const most = word.length >= LONG ? 2 : 1;
  const near: { readonly known: string; readonly slips: number; readonly count: number }[] = [];
  for (const [known, count] of counts) {
    if (known[0] !== word[0] || Math.abs(known.length - word.length) > most) continue;
    const found = { known, slips: slips(word, known), count };
    if (found.slips <= most) near.push(found);
  }
  near.sort((a, b) => a.slips - b.slips || b.count - a.count || (a.known < b.known ? -1 : 1));
  return near[0]?.known;
}
