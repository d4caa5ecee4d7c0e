import type { TimeRange } from '../../../server/protocol/base.ts';
import type { CorrectableKind, CorrectionsResult } from '../../../server/protocol/corrections.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import { type Session, toProblem } from './session.ts';
import type { WatchActions } from './watch.ts';

/** Holds the user's input in the form of a line. */
export interface LineForm {
  readonly text: string;
  readonly speaker: string;
  /** True to rename the speaker in the whole video. */
  readonly everywhere: boolean;
  /** True to name the voice in other videos too. */
  readonly otherVideos: boolean;
}

const CORRECTABLE_KINDS: readonly string[] = [
  'speech',
  'description',
  'screenText',
  'caption',
] satisfies CorrectableKind[];

export function isCorrectable(line: Evidence): line is Evidence & { readonly kind: CorrectableKind } {
  return CORRECTABLE_KINDS.includes(line.kind);
}

/** Creates the actions that correct the current video. */
export function createCorrectActions({ store, request }: Session, watching: WatchActions) {
  /** Applies a change and reloads the video. Returns false if the change failed. */
  const applyChange = async (
    work: (uri: string) => Promise<CorrectionsResult>,
    announcement: string,
    onProblem: (error: unknown) => void,
  ): Promise<boolean> => {
    const uri = store.get().watching?.uri;
    if (uri === undefined) return false;
    try {
      await work(uri);
    } catch (error) {
      onProblem(error);
      return false;
    }
    await watching.refresh(uri);
    store.set({ announcement });
    return true;
  };
  const showProblem = (error: unknown) => store.set({ notice: toProblem(error) });

  return {
    /** Opens the form of a line. Playback pauses, so that the line stays where it is. */
    edit(lineIndex: number, field?: 'speaker') {
      document.querySelector('video')?.pause();
      // On a narrow page the transcript is shown over the full height.
      store.set({ editing: { lineIndex, field }, stageTab: 'transcript', isStageFull: true });
    },
    stopEditing: () => store.set({ editing: undefined, isStageFull: false }),
    async saveLine(
      lineIndex: number,
      line: Evidence,
      { text, speaker, everywhere, otherVideos }: LineForm,
    ): Promise<void> {
      if (!isCorrectable(line)) return;
      const { kind, startMs, text: was } = line;
      const previousSpeaker = line.speaker ?? '';
      const newText = text.trim() === was ? undefined : text.trim();
      const newSpeaker = speaker.trim() === previousSpeaker ? undefined : speaker.trim();
      const { voice } = line;
      const name = speaker.trim();
      const isRenamed = newSpeaker !== undefined && everywhere;
      const renamesEverywhere = name !== '' && (isRenamed || otherVideos);
      const succeeded = await applyChange(
        async (uri) => {
          if (renamesEverywhere)
            await request('goldfish/corrections/speaker', {
              uri,
              from: previousSpeaker,
              to: name,
              ...(voice !== undefined && { voice }),
              ...(otherVideos && { everywhere: true }),
            });
          const lineChange = { text: newText, speaker: renamesEverywhere ? undefined : newSpeaker };
          return lineChange.text === undefined && lineChange.speaker === undefined
            ? request('goldfish/corrections/list', { uri })
            : request('goldfish/corrections/line', { uri, kind, startMs, was, ...lineChange });
        },
        'Saved.',
        (error) => store.set({ editing: { lineIndex, saveProblem: toProblem(error) } }),
      );
      if (succeeded) store.set({ editing: undefined, isStageFull: false });
    },
    async tag(range: TimeRange, tag: string): Promise<boolean> {
      if (tag.trim() === '') return false;
      const { startMs, endMs } = range;
      store.set({ notice: undefined });
      return applyChange(
        (uri) => request('goldfish/corrections/tag', { uri, startMs, endMs, tag }),
        'Tagged.',
        showProblem,
      );
    },
    async removeCorrection(id: string): Promise<void> {
      const succeeded = await applyChange(
        (uri) => request('goldfish/corrections/remove', { uri, id }),
        'Undone.',
        showProblem,
      );
      if (succeeded) store.set({ editing: undefined, isStageFull: false });
    },
  };
}

export type CorrectActions = ReturnType<typeof createCorrectActions>;
