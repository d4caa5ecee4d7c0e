import type { Sentence } from '../language/sentence-splitter.ts';
import { analyse } from '../language/tokenizer.ts';

const termsBySentence = new WeakMap<Sentence, readonly string[]>();

/** Returns the terms of a sentence in order, as the full-text index sees them. Analyses each sentence once. */
export function listTerms(sentence: Sentence): readonly string[] {
  const known = termsBySentence.get(sentence);
  if (known) return known;
  const terms = analyse(sentence.text, sentence.language).split(' ');
  termsBySentence.set(sentence, terms);
  return terms;
}

/** Returns the terms of a sentence. */
export function termsOf(sentence: Sentence): ReadonlySet<string> {
  return new Set(listTerms(sentence));
}
