import { STEMMED } from '../core/language.ts';
import { languageTerm } from '../core/words.ts';
import type { Store } from '../ports/store.ts';

/**
 * The languages that the index holds, among those whose words differ by analyser. What was seen once is remembered
 * (a language too many costs nothing), so that a question asks the store once, for those not seen yet.
 */
export function indexLanguages(store: Store): (signal: AbortSignal) => Promise<readonly string[]> {
  const seen = new Set<string>();
  return async (signal) => {
    for (;;) {
      const missing = STEMMED.filter((language) => !seen.has(language));
      const [found] = await store.matchPassages(missing.map(languageTerm).join(' '), 1, {}, signal);
      const terms = new Set(found?.passage.terms.split(' '));
      const fresh = missing.filter((language) => terms.has(languageTerm(language)));
      if (fresh.length === 0) return [...seen];
      for (const language of fresh) seen.add(language);
    }
  };
}
