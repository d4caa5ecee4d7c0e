import type { TimeRange } from '../../../server/protocol/base.ts';
import type { CorrectableKind, CorrectionsResult } from '../../../server/protocol/corrections.ts';
import type { Evidence } from '../../../server/protocol/search.ts';
import { type Session, troubleOf } from './session.ts';
import type { WatchActions } from './watch.ts';

/** What the person wrote into the form of a line. */
export interface LineForm {
  readonly text: string;
  readonly speaker: string;
  /** The speaker has this name in the whole video. */
  readonly everywhere: boolean;
}

const KINDS: readonly string[] = [
  'speech',
  'description',
  'screenText',
  'caption',
] satisfies CorrectableKind[];

export function canCorrect(line: Evidence): line is Evidence & { readonly kind: CorrectableKind } {
  return KINDS.includes(line.kind);
}

/** Corrects the video that is watched. */
export function createCorrecting({ store, request }: Session, watching: WatchActions) {
  /** Does it and shows the video as it is then; false where it could not be done. */
  const change = async (
    work: (uri: string) => Promise<CorrectionsResult>,
    said: string,
    onTrouble: (error: unknown) => void,
  ): Promise<boolean> => {
    const uri = store.get().watching?.uri;
    if (uri === undefined) return false;
    try {
      await work(uri);
    } catch (error) {
      onTrouble(error);
      return false;
    }
    await watching.refresh(uri);
    store.set({ said });
    return true;
  };
  const asNotice = (error: unknown) => store.set({ notice: troubleOf(error) });

  return {
    edit: (at: number) => store.set({ editing: { at } }),
    stopEditing: () => store.set({ editing: undefined }),
    async saveLine(at: number, line: Evidence, { text, speaker, everywhere }: LineForm): Promise<void> {
      if (!canCorrect(line)) return;
      const { kind, startMs, text: was } = line;
      const before = line.speaker ?? '';
      const words = text.trim() === was ? undefined : text.trim();
      const name = speaker.trim() === before ? undefined : speaker.trim();
      const asWhole = name !== undefined && name !== '' && everywhere;
      const done = await change(
        async (uri) => {
          if (asWhole) await request('goldfish/corrections/speaker', { uri, from: before, to: name });
          const own = { text: words, speaker: asWhole ? undefined : name };
          return own.text === undefined && own.speaker === undefined
            ? request('goldfish/corrections/list', { uri })
            : request('goldfish/corrections/line', { uri, kind, startMs, was, ...own });
        },
        'Corrected.',
        (error) => store.set({ editing: { at, trouble: troubleOf(error) } }),
      );
      if (done) store.set({ editing: undefined });
    },
    async tag(range: TimeRange, tag: string): Promise<boolean> {
      if (tag.trim() === '') return false;
      const { startMs, endMs } = range;
      store.set({ notice: undefined });
      return change(
        (uri) => request('goldfish/corrections/tag', { uri, startMs, endMs, tag }),
        'Tagged.',
        asNotice,
      );
    },
    async takeBack(id: string): Promise<void> {
      const done = await change(
        (uri) => request('goldfish/corrections/remove', { uri, id }),
        'Taken back.',
        asNotice,
      );
      if (done) store.set({ editing: undefined });
    },
  };
}

export type CorrectActions = ReturnType<typeof createCorrecting>;
