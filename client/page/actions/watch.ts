import { hitsOf, type Moment } from '../state.ts';
import { type Session, troubleOf } from './session.ts';

/** Plays videos at a time. */
export function createWatching({ store, request }: Session) {
  let wishes = 0;

  const watch = async ({ uri, startMs, endMs }: Moment) => {
    wishes += 1;
    const { watching } = store.get();
    const same = watching?.uri === uri && watching.video !== undefined;
    const unplayable = same && watching.unplayable;
    const wish = { uri, startMs, endMs, wish: wishes, unplayable, video: same ? watching.video : undefined };
    store.set({ watching: wish, nowMs: startMs });
    if (same) return;
    try {
      const video = await request('goldfish/video', { uri });
      const now = store.get().watching;
      if (now?.uri === uri) store.set({ watching: { ...now, video } });
    } catch (error) {
      const now = store.get().watching;
      if (now?.uri === uri) store.set({ watching: { ...now, trouble: troubleOf(error) } });
    }
  };

  /** The hit before or after the one that is playing. */
  const step = (by: 1 | -1) => {
    const { watching } = store.get();
    const hits = hitsOf(store.get());
    const at = hits.findIndex((hit) => hit.uri === watching?.uri && hit.startMs === watching.startMs);
    const next = hits[at < 0 ? 0 : at + by];
    if (next !== undefined) void watch(next);
  };

  return {
    watch,
    step,
    stop: () => store.set({ watching: undefined }),
    /** Told by the player while it plays. */
    playing: (nowMs: number) => store.set({ nowMs }),
    cannotPlay() {
      const { watching } = store.get();
      if (watching !== undefined) store.set({ watching: { ...watching, unplayable: true } });
    },
  };
}

export type WatchActions = ReturnType<typeof createWatching>;
