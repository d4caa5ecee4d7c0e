import { createQuestionMatcher } from '../language/locale-patterns.ts';

const matchesVideoCount = createQuestionMatcher(({ questions }) => questions.videoCount);
const matchesWithoutText = createQuestionMatcher(({ questions }) => questions.withoutText);

/** True for "how many videos are there". */
export function asksForVideoCount(text: string): boolean {
  return matchesVideoCount(text);
}

/** True for "which videos have no transcript". */
export function asksForVideosWithoutText(text: string): boolean {
  return matchesWithoutText(text);
}
