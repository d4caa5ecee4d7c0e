import { createQuestionMatcher, createStatementMatcher } from '../language/locale-patterns.ts';
import { LOCALES } from '../language/locales/all-locales.ts';

/** Every locale lists its measures in the same order: length, weight, age, temperature. */
const measureCount = Math.max(...LOCALES.map(({ measures }) => measures.length));

const measures = Array.from({ length: measureCount }, (_, i) => ({
  isAsked: createQuestionMatcher((locale) => locale.measures.slice(i, i + 1).map(({ asked }) => asked)),
  isStated: createStatementMatcher((locale) => locale.measures.slice(i, i + 1).map(({ stated }) => stated)),
}));

/** Returns false for a text without the units of the length, weight, age or temperature that a question asks for. */
export function statesMeasure(question: string, text: string): boolean {
  const asked = measures.find(({ isAsked }) => isAsked(question));
  return asked === undefined || asked.isStated(text);
}

/** Returns whether a text holds a unit of length. */
export function statesLength(text: string): boolean {
  return measures[0]?.isStated(text) ?? false;
}
