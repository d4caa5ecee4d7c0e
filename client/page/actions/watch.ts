import { findPlays } from '../plays.ts';
import { hitsOf, type Moment, type Watching } from '../state.ts';
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

  const load = async (uri: string) => {
    try {
      update(uri, { video: await request('goldfish/video', { uri }) });
    } catch (error) {
      update(uri, { trouble: troubleOf(error) });
    }
  };

  const watch = async ({ uri, startMs, endMs }: Moment) => {
    wishes += 1;
    const { watching } = store.get();
    const same = watching?.uri === uri && watching.video !== undefined && watching.unplayable === undefined;
    const known = same ? { video: watching.video, playback: watching.playback } : {};
    store.set({ watching: { uri, startMs, endMs, wish: wishes, ...known }, nowMs: startMs });
    if (same) return;
    await Promise.all([load(uri), findPlays().then((plays) => plan(uri, plays))]);
  };

  /** The hit before or after the one that is playing. */
  const step = (by: 1 | -1) => {
    const { watching } = store.get();
    const hits = hitsOf(store.get());
    const at = hits.findIndex((hit) => hit.uri === watching?.uri && hit.startMs === watching.startMs);
    const next = hits[at < 0 ? 0 : at + by];
    if (next !== undefined) void watch(next);
  };

  /** The player failed: what it was given is converted wholly, and where that fails too it is said why. */
  const cannotPlay = async () => {
    const { watching, nowMs } = store.get();
    const { playback } = watching ?? {};
    if (watching === undefined || playback === undefined) return;
    const { uri, startMs } = watching;
    // A stream that broke off: Play asks for it again.
    if (playback.way === 'converted' && nowMs > startMs) return store.set({ nowMs });
    if (playback.plays.length > 0) {
      wishes += 1;
      update(uri, { startMs: nowMs, wish: wishes });
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
    step,
    stop: () => store.set({ watching: undefined }),
    /** Told by the player while it plays. */
    playing: (nowMs: number) => store.set({ nowMs }),
    cannotPlay,
  };
}

export type WatchActions = ReturnType<typeof createWatching>;
