import type { ExamMark } from '../core/exams/exam-result.ts';

/** Stores what came of exams, by the identity of the model. */
export interface ExamBook {
  find(identity: string): ExamMark | undefined;
  save(identity: string, mark: ExamMark): Promise<void>;
}
