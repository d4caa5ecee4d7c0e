import type { AnswerStyle } from '../models/answer-style.ts';

/** Roles whose models take an exam. The others come with Goldfish. */
export const EXAMINED_ROLES = [
  'captioner',
  'transcriber',
  'diariser',
  'textEmbedder',
  'frameEmbedder',
  'reranker',
  'answerer',
] as const;
export type ExaminedRole = (typeof EXAMINED_ROLES)[number];

/** What came of the exam of a model. */
export interface ExamMark {
  readonly right: number;
  readonly all: number;
  /** What the model is good and bad at, as one sentence. */
  readonly summary: string;
  /** False if answers or hits are better without the model. */
  readonly isFit: boolean;
  /** Answerer only: how it is asked from then on. */
  readonly style?: AnswerStyle;
}
