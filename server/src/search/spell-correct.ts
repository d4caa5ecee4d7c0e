import type { Passage } from '../core/domain/passage.ts';
import { countWords, findSpellingCorrection, isCorrectableWord } from '../core/language/spell-correction.ts';
import { foldAccents } from '../core/language/tokenizer.ts';
import type { Question } from '../core/query/question-analysis.ts';
import type { Store } from '../ports/store.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { countNameWords, countNameWordsOf } from './name-words.ts';
import type { ScopeFilter } from './scope-filter.ts';

/** Maximum number of passages examined for the intended word. */
const MAX_SIMILAR_PASSAGES = 50;

/**
 * Returns the words of a question (as typed) that occur nowhere in the index, each with the most similar word
 * that does. `missingConcepts` are concepts that no candidate contains; this function checks the whole index
 * for them. If `confinedTo` is given, that alone is the index.
 */
export async function findSpellCorrections(
  store: Store,
  catalogue: CatalogueReader,
  question: Question,
  missingConcepts: readonly number[],
  confinedTo: ScopeFilter | undefined,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const filter = confinedTo?.filter ?? {};
  const countNames = () =>
    confinedTo === undefined ? countNameWords(catalogue) : countNameWordsOf(catalogue, confinedTo.copies());
  const lookups = missingConcepts.map(async (id): Promise<readonly (readonly [string, string])[]> => {
    const concept = question.concepts[id];
    if (!concept || concept.weak || !isCorrectableWord(foldAccents(concept.plain))) return [];
    const terms = concept.terms.join(' ');
    const [words, names] = await Promise.all([
      store.matchPassages(terms, 1, filter, signal),
      store.matchOutlines(terms, 1, filter, signal),
    ]);
    if (words.length + names.length > 0) return [];
    const similar = await store.matchSimilar(concept.terms[0] ?? '', MAX_SIMILAR_PASSAGES, signal);
    const similarLines = similar
      .filter((passage) => confinedTo === undefined || includesPassage(confinedTo, passage))
      .flatMap(({ lines }) => lines);
    const word = foldAccents(concept.plain);
    const suggestion =
      findSpellingCorrection(word, countWords(similarLines)) ?? findSpellingCorrection(word, countNames());
    return suggestion === undefined ? [] : [[concept.plain, suggestion]];
  });
  return new Map((await Promise.all(lookups)).flat());
}

function includesPassage(scopeFilter: ScopeFilter, { videoId, uri }: Passage): boolean {
  return uri === '' ? scopeFilter.copiesOf(videoId).length > 0 : scopeFilter.has(uri);
}
