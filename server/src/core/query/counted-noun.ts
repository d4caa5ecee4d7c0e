import { findLocalesOf, oncePerLocale, toPattern } from '../language/locale-patterns.ts';
import { isStopWord } from '../language/stop-words.ts';
import type { Question } from './question-analysis.ts';

const countedPattern = oncePerLocale((locale) => toPattern(locale, locale.questions.counted));

/** Maximum number of words of what is counted: "new users". */
const MAX_COUNTED_WORDS = 2;
const WORD = /[\p{L}\p{M}'’-]+/gu;

/** Returns the concepts of what "how many" counts; [] for other questions. */
export function findCounted(question: Question): readonly number[] {
  const text = question.text.normalize('NFC').toLowerCase();
  for (const locale of findLocalesOf(text)) {
    const match = countedPattern(locale).exec(text);
    if (!match) continue;
    const rest = text.slice(match.index + match[0].length).match(WORD) ?? [];
    const end = rest.findIndex((word) => isStopWord(word, locale.code));
    const counted = (end < 0 ? rest : rest.slice(0, end)).slice(0, MAX_COUNTED_WORDS);
    return question.strong.filter((id) => counted.includes(question.concepts[id]?.plain ?? ''));
  }
  return [];
}
