import type { Question } from '../core/question.ts';
import { correctable, correction, countWords } from '../core/spelling.ts';
import { fold } from '../core/words.ts';
import type { Store } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import { nameWords } from './name-words.ts';

/** Passages looked through for the word that was meant. */
const SIMILAR = 50;

/**
 * Words of a question (as typed) that stand nowhere in the index, each with the nearest one that does. `absent` are
 * the concepts that no candidate held: whether the index holds them all the same is asked here.
 */
export async function corrections(
  store: Store,
  catalogue: Catalogue,
  question: Question,
  absent: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = absent.map(async (id): Promise<readonly (readonly [string, string])[]> => {
    const concept = question.concepts[id];
    if (!concept || !correctable(fold(concept.plain))) return [];
    const terms = concept.terms.join(' ');
    const [words, names] = await Promise.all([
      store.matchPassages(terms, 1, {}, signal),
      store.matchOutlines(terms, 1, {}, signal),
    ]);
    if (words.length + names.length > 0) return [];
    const similar = await store.matchSimilar(concept.terms[0] ?? '', SIMILAR, signal);
    const said = similar.flatMap(({ lines }) => lines);
    const word = fold(concept.plain);
    const meant = correction(word, countWords(said)) ?? correction(word, nameWords(catalogue));
    return meant === undefined ? [] : [[concept.plain, meant]];
  });
  return new Map((await Promise.all(found)).flat());
}
