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

/**
 * The word that a word absent from the index was meant to be: the nearest one of the lines, of equals the most
 * frequent; undefined where none is near. Both are compared without accents, as the index holds them.
 */
export function correction(
  word: string,
  lines: readonly Pick<Line, 'text' | 'language'>[],
): string | undefined {
  if (!correctable(word)) return undefined;
  const most = word.length >= LONG ? 2 : 1;
  const near = new Map<string, { readonly slips: number; count: number }>();
  for (const line of lines)
    for (const found of contentWords(line.text, line.language).words) {
      const known = near.get(found.word);
      if (known) known.count += 1;
      else if (found.word[0] === word[0]) near.set(found.word, { slips: slips(word, found.word), count: 1 });
    }
  return [...near]
    .filter(([, it]) => it.slips <= most)
    .sort(([a, x], [b, y]) => x.slips - y.slips || y.count - x.count || (a < b ? -1 : 1))[0]?.[0];
}
