import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import { hitsOf, type Moment } from '../state.ts';
import { playFrom } from '../text.ts';
import { type Session, troubleOf } from './session.ts';

/** Plays videos at a time. */
export function createWatching({ store, request }: Session) {
  let wishes = 0;

  /** Reads what is known of the video that is watched. */
  const refresh = async (uri: string) => {
    try {
      const video = await request('goldfish/video', { uri });
      const now = store.get().watching;
      if (now?.uri === uri) store.set({ watching: { ...now, video, trouble: undefined } });
    } catch (error) {
      const now = store.get().watching;
      if (now?.uri === uri) store.set({ watching: { ...now, trouble: troubleOf(error) } });
    }
  };

  const watch = async ({ uri, startMs, endMs, playMs = startMs }: Moment) => {
    wishes += 1;
    const { watching } = store.get();
    const same = watching?.uri === uri && watching.video !== undefined;
    const unplayable = same && watching.unplayable;
    const video = same ? watching.video : undefined;
    store.set({
      watching: { uri, startMs, endMs, playMs, wish: wishes, unplayable, video },
      nowMs: playMs,
      ...(same ? {} : { editing: undefined }),
    });
    if (!same) await refresh(uri);
  };

  /** Goes on from there; the moment that is watched stays marked. */
  const seek = (ms: number) => {
    const { watching } = store.get();
    if (watching === undefined) return;
    wishes += 1;
    const playMs = Math.max(0, Math.round(ms));
    store.set({ watching: { ...watching, playMs, wish: wishes }, nowMs: playMs });
  };

  /** The clip before or after the one that is playing. */
  const stepClip = (by: 1 | -1) => {
    const { watching, nowMs } = store.get();
    const clips: readonly TimeRange[] = watching?.video?.clips ?? [];
    const at = clips.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
    const next = clips[at < 0 ? (by > 0 ? 0 : clips.length - 1) : at + by];
    if (watching !== undefined && next !== undefined)
      void watch({ uri: watching.uri, startMs: next.startMs, endMs: next.endMs });
  };

  /** The hit before or after the one that is watched; where none was found, the clip. */
  const step = (by: 1 | -1) => {
    const { watching } = store.get();
    const hits = hitsOf(store.get());
    if (hits.length === 0) return stepClip(by);
    const at = hits.findIndex((hit) => hit.uri === watching?.uri && hit.startMs === watching.startMs);
    const next = hits[at < 0 ? 0 : at + by];
    if (next !== undefined) void watch({ ...next, playMs: playFrom(next) });
  };

  return {
    watch,
    seek,
    step,
    stepClip,
    refresh,
    /** Reads it again while there is more to come, and not under the hands of a person who writes. */
    keepUp() {
      const { watching, editing } = store.get();
      const unfinished = watching?.video?.state === 'waiting' || watching?.video?.state === 'running';
      if (watching !== undefined && unfinished && editing === undefined) void refresh(watching.uri);
    },
    stop: () => store.set({ watching: undefined, editing: undefined }),
    /** Shows or leaves out a kind of lines in the transcript. */
    toggleKind(kind: EvidenceKind) {
      const { hiddenKinds } = store.get();
      const hidden = hiddenKinds.includes(kind);
      store.set({ hiddenKinds: hidden ? hiddenKinds.filter((one) => one !== kind) : [...hiddenKinds, kind] });
    },
    /** Told by the player while it plays. */
    playing: (nowMs: number) => store.set({ nowMs }),
    cannotPlay() {
      const { watching } = store.get();
      if (watching !== undefined) store.set({ watching: { ...watching, unplayable: true } });
    },
  };
}

export type WatchActions = ReturnType<typeof createWatching>;
