import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import type { ExamBook } from '../ports/exam-book.ts';

const marksSchema = z.record(
  z.string(),
  z.object({
    right: z.number(),
    all: z.number(),
    summary: z.string(),
    isFit: z.boolean(),
    style: z.enum(['cited', 'plain']).optional(),
  }),
);

/** Stores exam results in one JSON file. Exams can be taken again, so a broken file counts as empty. */
export function createJsonExamBook(path: string, onTrouble: (message: string) => void): ExamBook {
  const load = (): z.infer<typeof marksSchema> => {
    try {
      return marksSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return {};
    }
  };
  const marks = load();
  return {
    find: (identity) => (Object.hasOwn(marks, identity) ? marks[identity] : undefined),
    async save(identity, mark) {
      marks[identity] = { ...mark };
      try {
        await writeFileAtomic(path, `${JSON.stringify(marks, undefined, 2)}\n`, { mode: 0o600 });
      } catch (error) {
        onTrouble(messageOf(error));
      }
    },
  };
}
