import type { Question } from '../query/question-analysis.ts';

/** Returns whether a concept is among `terms`, as itself or by all parts of its compound. */
export function matchesConcept(question: Question, id: number, terms: ReadonlySet<string>): boolean {
  const concept = question.concepts[id];
  if (!concept) return false;
  const parts = concept.parts.length > 0 && concept.parts.every((part) => terms.has(part));
  return parts || concept.terms.some((term) => terms.has(term));
}
