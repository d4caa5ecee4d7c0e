import { ENOUGH, support } from '../core/abstain.ts';
import { excerpt } from '../core/excerpt.ts';
import { orderLines } from '../core/lines.ts';
import { LONGEST_HIT_MS } from '../core/moment.ts';
import type { Question } from '../core/question.ts';
import { type Sentence, sentences } from '../core/sentences.ts';
import type { Finding } from './hits.ts';

/** Sentences quoted of a piece that answers by its meaning: which of them does cannot be told. */
const MEANT = 3;

/** What an answer quotes of a place; [] where nothing of it can be. */
export function quoteOf(question: Question, { hit, place }: Finding): readonly Sentence[] {
  const { meaning } = place;
  if (meaning?.sure && support(place) < ENOUGH) {
    const told = sentences(orderLines(meaning.moment.evidence)).slice(0, MEANT);
    return told.map((one) => ({ ...one, endMs: Math.min(one.endMs, one.startMs + LONGEST_HIT_MS) }));
  }
  return excerpt(question, orderLines([...place.window.lines, ...hit.evidence]), hit);
}
