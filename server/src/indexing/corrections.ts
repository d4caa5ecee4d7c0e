import { type Correction, revisionOf } from '../core/correction.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';

const NONE: readonly Correction[] = [];

/** All corrections in memory, and their one writer. Changes take turns: each sees what the one before it left. */
export interface Corrections {
  of(videoId: string): readonly Correction[];
  /** Grows with every change of a content's corrections: part of the recipe of what is derived from them. */
  revision(videoId: string): string;
  /** Resolves with what is kept once that is durable. A change that throws or cannot be written leaves all as it was. */
  change(
    videoId: string,
    change: (before: readonly Correction[]) => Promise<readonly Correction[]>,
  ): Promise<readonly Correction[]>;
}

export async function loadCorrections(book: CorrectionBook): Promise<Corrections> {
  const known = new Map(await book.load());
  const revisions = new Map<string, string>();
  let turn: Promise<unknown> = Promise.resolve();
  const of = (videoId: string) => known.get(videoId) ?? NONE;
  return {
    of,
    revision(videoId) {
      const before = revisions.get(videoId);
      if (before !== undefined) return before;
      const revision = revisionOf(of(videoId));
      revisions.set(videoId, revision);
      return revision;
    },
    change(videoId, change) {
      const mine = turn.then(async () => {
        const after = await change(of(videoId));
        await book.save(videoId, after);
        known.set(videoId, after);
        revisions.delete(videoId);
        return after;
      });
      turn = mine.catch(() => undefined);
      return mine;
    },
  };
}
