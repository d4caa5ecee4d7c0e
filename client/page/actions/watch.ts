import type { EvidenceKind, TimeRange } from '../../../server/protocol/base.ts';
import { findSupportedCodecs } from '../codec-support.ts';
import type { MomentLine } from '../moments.ts';
import type { PlaybackState, PlaybackTarget, State } from '../state.ts';
import { currentLines } from '../views/arranged.ts';
import { type Session, toProblem } from './session.ts';

/** Creates the actions of the player. */
export function createWatchActions({ store, request, host }: Session) {
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

  const watch = async (target: PlaybackTarget, shouldPlay = true) => {
    const { uri, startMs, endMs, playMs = startMs } = target;
    if (host.playBeside !== undefined) {
      if (!shouldPlay) return;
      store.set({ playingElsewhere: target });
      return host.playBeside(String(new URLSearchParams({ v: uri, t: String(playMs / 1000) })));
    }
    playRequests += 1;
    const { watching } = store.get();
    const isSameVideo =
      watching?.uri === uri && watching.video !== undefined && watching.playbackProblem === undefined;
    const knownState = isSameVideo ? { video: watching.video, playback: watching.playback } : {};
    store.set({
      watching: { uri, startMs, endMs, playMs, shouldPlay, playRequest: playRequests, ...knownState },
      nowMs: playMs,
      followsLine: true,
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
    store.set({
      watching: { ...watching, playMs, shouldPlay: true, playRequest: playRequests },
      nowMs: playMs,
      followsLine: true,
    });
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

  /** Plays a line. Its own range is marked. */
  const watchLine = ({ uri, startMs, endMs }: Pick<MomentLine, 'uri' | 'startMs' | 'endMs'>) =>
    void watch({ uri, startMs, endMs });

  /** Plays the previous or next line of those found, or the previous or next clip if nothing was searched. */
  const step = (step: 1 | -1) => {
    const { watching, playingElsewhere } = store.get();
    const current = watching ?? playingElsewhere;
    const lines = currentLines(store.get());
    if (lines.length === 0) return stepClip(step);
    const index = lines.findIndex((line) => line.uri === current?.uri && line.startMs === current.startMs);
    const next = lines[index < 0 ? 0 : index + step];
    if (next !== undefined) watchLine(next);
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
    watch: (target: PlaybackTarget) => void watch(target),
    /** Shows the picture of a moment and waits. Does nothing if a video is open. */
    prepare(target: PlaybackTarget) {
      if (store.get().watching === undefined) void watch(target, false);
    },
    watchLine,
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
    stop: () =>
      store.set({ watching: undefined, editing: undefined, isStageFull: false, isPlaying: false, nowMs: 0 }),
    /** Remembers where the player is, so that it goes on from there when it is shown again. */
    hold() {
      const { watching, nowMs } = store.get();
      if (watching === undefined) return;
      playRequests += 1;
      store.set({
        isPlaying: false,
        watching: { ...watching, playMs: nowMs, shouldPlay: false, playRequest: playRequests },
      });
    },
    showStage: (change: Partial<Pick<State, 'stageTab' | 'isStageFull' | 'transcriptQuery' | 'followsLine'>>) =>
      store.set(change),
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
    onTime: (nowMs: number, isPlaying: boolean) => store.set({ nowMs, isPlaying }),
    cannotPlay,
  };
}

export type WatchActions = ReturnType<typeof createWatchActions>;
