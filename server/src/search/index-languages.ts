import { STEMMED_LANGUAGES } from '../core/language/stemmer.ts';
import { toLanguageTerm } from '../core/language/tokenizer.ts';
import type { Store } from '../ports/store.ts';

/** Lists the languages of the index that have their own analyser. */
export interface IndexLanguages {
  /** Returns the languages seen so far; one that has disappeared does no harm. */
  list(): readonly string[];
  /** Searches the index for further languages; returns whether it found any. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

/**
 * Creates the list. `revision` increases with every write: failed lookups are not repeated before the next
 * write.
 */
export function createIndexLanguages(store: Store, revision: () => number): IndexLanguages {
  const languages = new Set<string>();
  let checkedRevision: number | undefined;
  return {
    list: () => [...languages],
    async refresh(signal) {
      const currentRevision = revision();
      if (currentRevision === checkedRevision) return false;
      const sizeBefore = languages.size;
      for (;;) {
        const missingLanguages = STEMMED_LANGUAGES.filter((language) => !languages.has(language));
        const [match] = await store.matchPassages(
          missingLanguages.map(toLanguageTerm).join(' '),
          1,
          {},
          signal,
        );
        const terms = new Set(match?.passage.terms.split(' '));
        const newLanguages = missingLanguages.filter((language) => terms.has(toLanguageTerm(language)));
        if (newLanguages.length === 0) {
          checkedRevision = currentRevision;
          return languages.size > sizeBefore;
        }
        for (const language of newLanguages) languages.add(language);
      }
    },
  };
}
