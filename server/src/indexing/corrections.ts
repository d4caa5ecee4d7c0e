import { type Correction, hashCorrections } from '../core/corrections/correction.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';

const NO_CORRECTIONS: readonly Correction[] = [];

/** All corrections in memory, and their one writer. Changes take turns: each sees what the one before it left. */
export interface Corrections {
  forVideo(videoId: string): readonly Correction[];
  /** Grows with every change of a content's corrections: part of the recipe of what is derived from them. */
  revision(videoId: string): string;
  /** Resolves with what is kept once that is durable. A change that throws or cannot be written leaves all as it was. */
  change(
    videoId: string,
    change: (before: readonly Correction[]) => Promise<readonly Correction[]>,
  ): Promise<readonly Correction[]>;
}

export async function loadCorrections(book: CorrectionBook): Promise<Corrections> {
  const correctionsByVideo = new Map(await book.load());
  const revisions = new Map<string, string>();
  let lastChange: Promise<unknown> = Promise.resolve();
  const forVideo = (videoId: string) => correctionsByVideo.get(videoId) ?? NO_CORRECTIONS;
  return {
    forVideo,
    revision(videoId) {
      const before = revisions.get(videoId);
      if (before !== undefined) return before;
      const revision = hashCorrections(forVideo(videoId));
      revisions.set(videoId, revision);
      return revision;
    },
    change(videoId, change) {
      const ownChange = lastChange.then(async () => {
        const changed = await change(forVideo(videoId));
        await book.save(videoId, changed);
        correctionsByVideo.set(videoId, changed);
        revisions.delete(videoId);
        return changed;
      });
      lastChange = ownChange.catch(() => undefined);
      return ownChange;
    },
  };
}
