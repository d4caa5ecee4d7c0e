import { asksForFrequency, statesFrequency } from '../core/query/frequency-questions.ts';
import type { ResolvedQuestion } from './resolved-question.ts';
import { selectQuote } from './select-quote.ts';

/**
 * "How often do they meet?" asks for what is said of it, "every two weeks", where a place that holds the question says so:
 * those places alone are left then. Else the times themselves are what is asked for.
 */
export function filterByFrequency(questionText: string, resolved: ResolvedQuestion): ResolvedQuestion {
  if (!asksForFrequency(questionText) || !resolved.grounded || resolved.wholeVideos.length > 0)
    return resolved;
  // As it stands, for what was looked for lacks "how often".
  const question = { ...resolved.question, text: questionText };
  const rankedPlaces = resolved.rankedPlaces.filter(
    (finding, i) =>
      (i === 0 || !finding.hit.weak) &&
      selectQuote(question, finding).some(({ text }) => statesFrequency(text)),
  );
  return rankedPlaces.length > 0
    ? { ...resolved, question, rankedPlaces: rankedPlaces, asksForFrequency: true }
    : resolved;
}
