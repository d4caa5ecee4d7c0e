import { findLocalesOf, oncePerLocale, splitWordList } from '../language/locale-patterns.ts';
import { stem } from '../language/stemmer.ts';
import { isStopWord } from '../language/stop-words.ts';
import { findVerbForms } from '../language/verb-forms.ts';

const passiveOf = oncePerLocale(({ passive }) => ({
  auxiliaries: new Set(splitWordList(passive?.auxiliaries ?? '')),
  agents: new Set(splitWordList(passive?.agents ?? '')),
}));

const WORD = /[\p{L}\p{M}'’]+/gu;

/** Maximum distance of a participle from its auxiliary, in words, where it does not end the sentence. */
const MAX_DISTANCE_WORDS = 3;

/**
 * Returns whether a sentence says that a thing was done with a verb of the question, but not by whom: "My laptop was
 * stolen." It is no answer to "Who stole the laptop?"
 */
export function isAgentlessPassive(text: string, question: string): boolean {
  const words = text.toLowerCase().match(WORD) ?? [];
  return findLocalesOf(text).some((locale) => {
    const { auxiliaries, agents } = passiveOf(locale);
    const at = words.findIndex((word) => auxiliaries.has(word));
    if (at < 0) return false;
    const rest = words.slice(at + 1);
    const asked = new Set(
      (question.toLowerCase().match(WORD) ?? []).flatMap((word) =>
        [word, ...findVerbForms(word, locale.code)].map((form) => stem(form, locale.code)),
      ),
    );
    // German puts the participle last.
    const near = ['de', 'nl'].includes(locale.code) ? rest : rest.slice(0, MAX_DISTANCE_WORDS);
    const isDone = near.some(
      (word) => !word.endsWith('ing') && !isStopWord(word, locale.code) && asked.has(stem(word, locale.code)),
    );
    return isDone && !rest.some((word) => agents.has(word));
  });
}
