import { createQuestionMatcher, createStatementMatcher } from '../language/locale-patterns.ts';

const matchesFrequencyQuestion = createQuestionMatcher(({ questions }) => questions.frequency);
const matchesSaidOrShown = createQuestionMatcher(({ saidOrShown }) => saidOrShown);
const matchesRate = createStatementMatcher(({ rates }) => rates);

/** True for questions about how often something is done, which one sentence may answer; not how often it is said or seen. */
export function asksForFrequency(text: string): boolean {
  return matchesFrequencyQuestion(text) && !matchesSaidOrShown(text);
}

/** True where a sentence tells how often something is done. */
export function statesFrequency(text: string): boolean {
  return matchesRate(text);
}
