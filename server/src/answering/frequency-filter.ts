import {
  asksForCount,
  asksForFrequency,
  statesCount,
  statesFrequency,
} from '../core/query/frequency-questions.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuote } from './select-quote.ts';

/**
 * Narrows "How often do they meet?" to places that state a frequency, such as "every two weeks", and "How many times can it
 * be used?" to those that state a count. If none does, returns the result unchanged: the question then asks for the
 * occurrences themselves.
 */
export function filterByFrequency(
  questionText: string,
  resolvedQuestion: ResolvedQuestion,
): ResolvedQuestion {
  const frequency = asksForFrequency(questionText);
  const count = asksForCount(questionText);
  if ((!frequency && !count) || !resolvedQuestion.grounded || resolvedQuestion.wholeVideos.length > 0)
    return resolvedQuestion;
  const states = (text: string) => (frequency && statesFrequency(text)) || (count && statesCount(text));
  // Uses the original question, because the searched text lacks "how often".
  const question = { ...resolvedQuestion.question, text: questionText };
  const rankedPlaces = resolvedQuestion.rankedPlaces.filter(
    (finding, i) =>
      (i === 0 || !finding.hit.weak) && selectQuote(question, finding).some(({ text }) => states(text)),
  );
  return rankedPlaces.length > 0
    ? { ...resolvedQuestion, question, rankedPlaces: rankedPlaces, asksForFrequency: true }
    : resolvedQuestion;
}
