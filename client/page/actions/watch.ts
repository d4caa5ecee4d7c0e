import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import { findPlays } from '../plays.ts';
import { hitsOf, type Moment, type Watching } from '../state.ts';
import { playFrom } from '../text.ts';
import { type Session, troubleOf } from './session.ts';

/** Plays videos at a time. */
export function createWatching({ store, request }: Session) {
  let wishes = 0;

  /** Changes what is told of a video, if it is still the one that is watched. */
  const update = (uri: string, change: Partial<Watching>) => {
    const now = store.get().watching;
    if (now?.uri === uri) store.set({ watching: { ...now, ...change } });
  };

  /** Asks how the video is to be played. Where that cannot be told the player may try the file itself. */
  const plan = async (uri: string, plays: readonly string[]) => {
    try {
      update(uri, { playback: { ...(await request('goldfish/playback', { uri, plays })), plays } });
    } catch (error) {
      if (plays.length > 0) update(uri, { playback: { way: 'original', plays } });
      else update(uri, { unplayable: troubleOf(error) });
    }
  };

  /** Reads what is known of the video that is watched. */
  const refresh = async (uri: string) => {
    try {
      update(uri, { video: await request('goldfish/video', { uri }), trouble: undefined });
    } catch (error) {
      update(uri, { trouble: troubleOf(error) });
    }
  };

  const watch = async ({ uri, startMs, endMs, playMs = startMs }: Moment) => {
    wishes += 1;
    const { watching } = store.get();
    const same = watching?.uri === uri && watching.video !== undefined && watching.unplayable === undefined;
    const known = same ? { video: watching.video, playback: watching.playback } : {};
    store.set({
      watching: { uri, startMs, endMs, playMs, wish: wishes, ...known },
      nowMs: playMs,
      ...(same ? {} : { editing: undefined }),
    });
    if (!same) await Promise.all([refresh(uri), findPlays().then((plays) => plan(uri, plays))]);
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

  /** The player failed: what it was given is converted wholly, and where that fails too it is said why. */
  const cannotPlay = async () => {
    const { watching, nowMs } = store.get();
    const { playback } = watching ?? {};
    if (watching === undefined || playback === undefined) return;
    const { uri, playMs } = watching;
    // A stream that broke off: Play asks for it again.
    if (playback.way === 'converted' && nowMs > playMs) return store.set({ nowMs });
    if (playback.plays.length > 0) {
      wishes += 1;
      update(uri, { playMs: nowMs, wish: wishes });
      return plan(uri, []);
    }
    try {
      const { failure } = await request('goldfish/playback', { uri, plays: [] });
      const { reason, remedy } = failure ?? { reason: 'This player cannot play the file.', remedy: '' };
      update(uri, { unplayable: { message: reason, remedy } });
    } catch (error) {
      update(uri, { unplayable: troubleOf(error) });
    }
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
    cannotPlay,
  };
}

export type WatchActions = ReturnType<typeof createWatching>;
