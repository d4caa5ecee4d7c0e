import { createQuestionMatcher, createStatementMatcher } from '../language/locale-patterns.ts';

const matchesFrequencyQuestion = createQuestionMatcher(({ questions }) => questions.frequency);
const matchesCountQuestion = createQuestionMatcher(({ questions }) => questions.count);
const matchesCount = createStatementMatcher(({ answers }) => answers.counts);
const matchesSaidOrShown = createQuestionMatcher(({ saidOrShown }) => saidOrShown);
const matchesRate = createStatementMatcher(({ rates }) => rates);

/** True for questions about how often something is done, which one sentence may answer; not how often it is said or seen. */
export function asksForFrequency(text: string): boolean {
  return matchesFrequencyQuestion(text) && !asksForMentions(text);
}

/** True for questions about what is said or shown in a recording: "how many times is rice mentioned". */
export function asksForMentions(text: string): boolean {
  return matchesSaidOrShown(text);
}

/** True for questions about how many times something is done, which a sentence may say; not how often it is said or seen. */
export function asksForCount(text: string): boolean {
  return matchesCountQuestion(text) && !asksForMentions(text);
}

/** True where a sentence says how many times. */
export function statesCount(text: string): boolean {
  return matchesCount(text);
}

/** True where a sentence states how often something is done. */
export function statesFrequency(text: string): boolean {
  return matchesRate(text);
}
