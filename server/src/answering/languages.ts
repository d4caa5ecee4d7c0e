import { STEMMED } from '../core/language.ts';
import { languageTerm } from '../core/words.ts';
import type { Store } from '../ports/store.ts';

/** The languages that the index holds, among those whose words differ by analyser. */
export interface IndexLanguages {
  /** Those seen so far; one that has gone since costs nothing. */
  seen(): readonly string[];
  /** Asks the index for others; true where there were any. */
  look(signal: AbortSignal): Promise<boolean>;
}

/** `revision` grows with every write: what was looked for in vain is not looked for again before the next one. */
export function indexLanguages(store: Store, revision: () => number): IndexLanguages {
  const seen = new Set<string>();
  let lookedAt: number | undefined;
  return {
    seen: () => [...seen],
    async look(signal) {
      const now = revision();
      if (now === lookedAt) return false;
      const before = seen.size;
      for (;;) {
        const missing = STEMMED.filter((language) => !seen.has(language));
        const [found] = await store.matchPassages(missing.map(languageTerm).join(' '), 1, {}, signal);
        const terms = new Set(found?.passage.terms.split(' '));
        const fresh = missing.filter((language) => terms.has(languageTerm(language)));
        if (fresh.length === 0) {
          lookedAt = now;
          return seen.size > before;
        }
        for (const language of fresh) seen.add(language);
      }
    },
  };
}
