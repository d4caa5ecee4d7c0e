import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import { findSupportedCodecs } from '../codec-support.ts';
import { currentHits, type PlaybackState, type PlaybackTarget } from '../state.ts';
import { playStart } from '../text.ts';
import { type Session, toProblem } from './session.ts';

/** Creates the actions of the player. */
export function createWatchActions({ store, request }: Session) {
  let playRequests = 0;

  /** Updates the state of a video if it is still the current one. */
  const update = (uri: string, change: Partial<PlaybackState>) => {
    const current = store.get().watching;
    if (current?.uri === uri) store.set({ watching: { ...current, ...change } });
  };

  /** Requests how to play the video. If that fails, the player tries the file itself. */
  const loadPlayback = async (uri: string, plays: readonly string[]) => {
    try {
      update(uri, { playback: { ...(await request('goldfish/playback', { uri, plays })), plays } });
    } catch (error) {
      if (plays.length > 0) update(uri, { playback: { way: 'original', plays } });
      else update(uri, { playbackProblem: toProblem(error) });
    }
  };

  /** Loads the details of the current video. */
  const refresh = async (uri: string) => {
    try {
      update(uri, { video: await request('goldfish/video', { uri }), trouble: undefined });
    } catch (error) {
      update(uri, { trouble: toProblem(error) });
    }
  };

  const watch = async ({ uri, startMs, endMs, playMs = startMs }: PlaybackTarget) => {
    playRequests += 1;
    const { watching } = store.get();
    const isSameVideo =
      watching?.uri === uri && watching.video !== undefined && watching.playbackProblem === undefined;
    const knownState = isSameVideo ? { video: watching.video, playback: watching.playback } : {};
    store.set({
      watching: { uri, startMs, endMs, playMs, playRequest: playRequests, ...knownState },
      nowMs: playMs,
      ...(isSameVideo ? {} : { editing: undefined }),
    });
    if (!isSameVideo)
      await Promise.all([refresh(uri), findSupportedCodecs().then((plays) => loadPlayback(uri, plays))]);
  };

  /** Continues playback from a time. The current moment stays marked. */
  const seek = (ms: number) => {
    const { watching } = store.get();
    if (watching === undefined) return;
    playRequests += 1;
    const playMs = Math.max(0, Math.round(ms));
    store.set({ watching: { ...watching, playMs, playRequest: playRequests }, nowMs: playMs });
  };

  /** Plays the previous or next clip. */
  const stepClip = (step: 1 | -1) => {
    const { watching, nowMs } = store.get();
    const clips: readonly TimeRange[] = watching?.video?.clips ?? [];
    const index = clips.findIndex(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
    const nextClip = clips[index < 0 ? (step > 0 ? 0 : clips.length - 1) : index + step];
    if (watching !== undefined && nextClip !== undefined)
      void watch({ uri: watching.uri, startMs: nextClip.startMs, endMs: nextClip.endMs });
  };

  /** Plays the previous or next hit, or the previous or next clip if there are no hits. */
  const step = (step: 1 | -1) => {
    const { watching } = store.get();
    const hits = currentHits(store.get());
    if (hits.length === 0) return stepClip(step);
    const index = hits.findIndex((hit) => hit.uri === watching?.uri && hit.startMs === watching.startMs);
    const nextHit = hits[index < 0 ? 0 : index + step];
    if (nextHit !== undefined) void watch({ ...nextHit, playMs: playStart(nextHit) });
  };

  /** Handles a failure of the player. First converts the whole video. If that fails too, shows the reason. */
  const cannotPlay = async () => {
    const { watching, nowMs } = store.get();
    const { playback } = watching ?? {};
    if (watching === undefined || playback === undefined) return;
    const { uri, playMs } = watching;
    // The stream was interrupted. The Play button requests it again.
    if (playback.way === 'converted' && nowMs > playMs) return store.set({ nowMs });
    if (playback.plays.length > 0) {
      playRequests += 1;
      update(uri, { playMs: nowMs, playRequest: playRequests });
      return loadPlayback(uri, []);
    }
    try {
      const { failure } = await request('goldfish/playback', { uri, plays: [] });
      const { reason, remedy } = failure ?? { reason: 'This player cannot play this video.', remedy: '' };
      update(uri, { playbackProblem: { message: reason, remedy } });
    } catch (error) {
      update(uri, { playbackProblem: toProblem(error) });
    }
  };

  return {
    watch,
    seek,
    step,
    stepClip,
    refresh,
    /** Reloads the current video while it is being indexed, but not while the user is editing. */
    refreshUnfinished() {
      const { watching, editing } = store.get();
      const isUnfinished = watching?.video?.state === 'waiting' || watching?.video?.state === 'running';
      if (watching !== undefined && isUnfinished && editing === undefined) void refresh(watching.uri);
    },
    stop: () => store.set({ watching: undefined, editing: undefined }),
    /** Shows or hides a kind of line in the transcript. */
    toggleKind(kind: EvidenceKind) {
      const { hiddenKinds } = store.get();
      const isHidden = hiddenKinds.includes(kind);
      store.set({
        hiddenKinds: isHidden
          ? hiddenKinds.filter((hiddenKind) => hiddenKind !== kind)
          : [...hiddenKinds, kind],
      });
    },
    /** Receives the player's time during playback. */
    onTime: (nowMs: number) => store.set({ nowMs }),
    cannotPlay,
  };
}

export type WatchActions = ReturnType<typeof createWatchActions>;
