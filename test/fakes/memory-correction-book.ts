import type { Correction } from '../../server/src/core/corrections/correction.ts';
import type { CorrectionBook } from '../../server/src/ports/correction-book.ts';

/** Corrections in memory, for tests: nothing is kept on disk. */
export function createMemoryCorrectionBook(): CorrectionBook {
  const books = new Map<string, readonly Correction[]>();
  return {
    load: async () => structuredClone(books),
    async save(videoId, corrections) {
      if (corrections.length === 0) books.delete(videoId);
      else books.set(videoId, structuredClone(corrections));
    },
  };
}
