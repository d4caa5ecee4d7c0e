import type { ExamMark } from '../../server/src/core/exams/exam-result.ts';
import type { ExamBook } from '../../server/src/ports/exam-book.ts';

/** Keeps results of exams in memory. */
export function createMemoryExamBook(): ExamBook {
  const marks = new Map<string, ExamMark>();
  return {
    find: (identity) => marks.get(identity),
    async save(identity, mark) {
      marks.set(identity, mark);
    },
  };
}
