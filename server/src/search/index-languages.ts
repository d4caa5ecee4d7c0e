import { STEMMED_LANGUAGES } from '../core/language/stemmer.ts';
import { toLanguageTerm } from '../core/language/tokenizer.ts';
import type { Store } from '../ports/store.ts';

/** The languages that the index holds, among those whose words differ by analyser. */
export interface IndexLanguages {
  /** Those seen so far; one that has gone since costs nothing. */
  list(): readonly string[];
  /** Asks the index for others; true where there were any. */
  refresh(signal: AbortSignal): Promise<boolean>;
}

/** `revision` grows with every write: what was looked for in vain is not looked for again before the next one. */
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
        const missing = STEMMED_LANGUAGES.filter((language) => !languages.has(language));
        const [match] = await store.matchPassages(missing.map(toLanguageTerm).join(' '), 1, {}, signal);
        const terms = new Set(match?.passage.terms.split(' '));
        const newLanguages = missing.filter((language) => terms.has(toLanguageTerm(language)));
        if (newLanguages.length === 0) {
          checkedRevision = currentRevision;
          return languages.size > sizeBefore;
        }
        for (const language of newLanguages) languages.add(language);
      }
    },
  };
}
