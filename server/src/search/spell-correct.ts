import { countWords, findSpellingCorrection, isCorrectableWord } from '../core/language/spell-correction.ts';
import { foldAccents } from '../core/language/tokenizer.ts';
import type { Question } from '../core/query/question-analysis.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { countNameWords } from './name-words.ts';

/** Passages looked through for the word that was meant. */
const MAX_SIMILAR_PASSAGES = 50;

/**
 * Words of a question (as typed) that stand nowhere in the index, each with the nearest one that does. `absent` are
 * the concepts that no candidate held: whether the index holds them all the same is asked here.
 */
export async function findSpellCorrections(
  store: Store,
  catalogue: CatalogueReader,
  question: Question,
  missingConcepts: readonly number[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const lookups = missingConcepts.map(async (id): Promise<readonly (readonly [string, string])[]> => {
    const concept = question.concepts[id];
    if (!concept || !isCorrectableWord(foldAccents(concept.plain))) return [];
    const terms = concept.terms.join(' ');
    const [words, names] = await Promise.all([
      store.matchPassages(terms, 1, {}, signal),
      store.matchOutlines(terms, 1, {}, signal),
    ]);
    if (words.length + names.length > 0) return [];
    const similar = await store.matchSimilar(concept.terms[0] ?? '', MAX_SIMILAR_PASSAGES, signal);
    const similarLines = similar.flatMap(({ lines }) => lines);
    const word = foldAccents(concept.plain);
    const suggestion =
      findSpellingCorrection(word, countWords(similarLines)) ??
      findSpellingCorrection(word, countNameWords(catalogue));
    return suggestion === undefined ? [] : [[concept.plain, suggestion]];
  });
  return new Map((await Promise.all(lookups)).flat());
}
