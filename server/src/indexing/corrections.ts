import { type Correction, hashCorrections } from '../core/corrections/correction.ts';
import { collectLearnedWords } from '../core/corrections/hot-words.ts';
import type { KnownVoice } from '../core/speakers/assign-voices.ts';
import { hashText } from '../core/text/hash-text.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';

const NO_CORRECTIONS: readonly Correction[] = [];

/**
 * Holds all corrections in memory and is their only writer. Changes run one after the other; each sees the
 * result of the previous one.
 */
export interface Corrections {
  forVideo(videoId: string): readonly Correction[];
  /**
   * Returns a value that changes with every correction of a content; part of the recipe of rows derived from
   * them.
   */
  revision(videoId: string): string;
  /** Returns the voices that have a name in all videos. */
  knownVoices(): readonly KnownVoice[];
  /** Returns a value that changes with the known voices; empty if there are none. */
  knownVoicesRevision(): string;
  /** Returns words that people have corrected transcripts to, newest first. */
  learnedWords(): readonly string[];
  /**
   * Resolves with the new corrections once they are stored. If a change throws or cannot be written, nothing
   * changes.
   */
  change(
    videoId: string,
    change: (previousCorrections: readonly Correction[]) => Promise<readonly Correction[]>,
  ): Promise<readonly Correction[]>;
}

export async function loadCorrections(book: CorrectionBook): Promise<Corrections> {
  const correctionsByVideo = new Map(await book.load());
  const revisions = new Map<string, string>();
  let learnedWords: readonly string[] | undefined;
  let known: { readonly voices: readonly KnownVoice[]; readonly revision: string } | undefined;
  const findKnown = () => {
    known ??= collectKnownVoices([...correctionsByVideo.values()].flat());
    return known;
  };
  let lastChange: Promise<unknown> = Promise.resolve();
  const forVideo = (videoId: string) => correctionsByVideo.get(videoId) ?? NO_CORRECTIONS;
  return {
    forVideo,
    revision(videoId) {
      const previousRevision = revisions.get(videoId);
      if (previousRevision !== undefined) return previousRevision;
      const revision = hashCorrections(forVideo(videoId));
      revisions.set(videoId, revision);
      return revision;
    },
    knownVoices: () => findKnown().voices,
    knownVoicesRevision: () => findKnown().revision,
    learnedWords() {
      learnedWords ??= collectLearnedWords([...correctionsByVideo.values()].flat());
      return learnedWords;
    },
    change(videoId, change) {
      const ownChange = lastChange.then(async () => {
        const changedCorrections = await change(forVideo(videoId));
        await book.save(videoId, changedCorrections);
        correctionsByVideo.set(videoId, changedCorrections);
        revisions.delete(videoId);
        learnedWords = undefined;
        known = undefined;
        return changedCorrections;
      });
      lastChange = ownChange.catch(() => undefined);
      return ownChange;
    },
  };
}

function collectKnownVoices(corrections: readonly Correction[]): {
  readonly voices: readonly KnownVoice[];
  readonly revision: string;
} {
  const voices = corrections.flatMap((correction): readonly KnownVoice[] => {
    if (correction.change !== 'speaker' || !correction.everywhere || !correction.voice) return [];
    const { model, print } = correction.voice;
    return [{ name: correction.speaker, model, print }];
  });
  return { voices, revision: voices.length === 0 ? '' : hashText(JSON.stringify(voices)) };
}
