import type { TimeRange } from '../../../server/protocol/base.ts';
import { findSupportedCodecs } from '../codec-support.ts';
import type { MomentKind, MomentLine } from '../moments.ts';
import { togglePlay } from '../player-element.ts';
import { currentLines } from '../shown-moments.ts';
import type { PlaybackState, PlaybackTarget, State } from '../state.ts';
import { parseWebVtt } from '../subtitles.ts';
import { type Session, toProblem } from './session.ts';

/** Creates what loads the details of a video into the state. */
function createVideoLoader({ store, request }: Session) {
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

  /** Loads the subtitles of a video. Their languages are those of its speech. */
  const loadSubtitles = async (uri: string, language: string | undefined) => {
    const lines = store.get().watching?.video?.lines ?? [];
    const languages = [
      ...new Set(lines.flatMap((line) => (line.kind === 'speech' ? [line.language ?? ''] : []))),
    ];
    const chosen = language ?? (languages.includes('') || languages.length === 0 ? '' : languages[0]);
    try {
      const { text } = await request('goldfish/subtitles', {
        uri,
        format: 'vtt',
        ...(chosen ? { language: chosen } : {}),
      });
      if (store.get().watching?.uri === uri)
        store.set({ subtitles: { languages, language: chosen, cues: parseWebVtt(text) } });
    } catch {
      // A video without speech has no subtitles.
    }
  };

  /** Loads where the hits of the question are in the video. */
  const loadHeat = async (uri: string) => {
    const { turn, heat } = store.get();
    if (
      turn === undefined ||
      turn.similarTo !== undefined ||
      (turn.kind === 'search' && turn.question === '')
    )
      return;
    if (heat?.uri === uri && heat.query === turn.question) return;
    try {
      const result = await request('goldfish/heat', { uri, query: turn.question });
      store.set({ heat: { ...result, query: turn.question } });
    } catch {
      // Older daemons have none. The timeline shows the lines found.
    }
  };

  /** Loads the details of the current video. */
  const refresh = async (uri: string) => {
    try {
      update(uri, { video: await request('goldfish/video', { uri }), loadProblem: undefined });
    } catch (error) {
      update(uri, { loadProblem: toProblem(error) });
    }
  };

  return { update, loadPlayback, loadSubtitles, loadHeat, refresh };
}

type VideoLoader = ReturnType<typeof createVideoLoader>;

/** Creates the actions of what is shown beside the player. */
function createStageActions(
  { store, request }: Session,
  { update, loadPlayback, loadSubtitles }: VideoLoader,
  nextRequest: () => number,
) {
  /** Handles a failure of the player. First converts the whole video. If that fails too, shows the reason. */
  const cannotPlay = async () => {
    const { watching, nowMs } = store.get();
    const { playback } = watching ?? {};
    if (watching === undefined || playback === undefined) return;
    const { uri, playMs } = watching;
    // The stream was interrupted. The Play button requests it again.
    if (playback.way === 'converted' && nowMs > playMs) return store.set({ nowMs });
    if (playback.plays.length > 0) {
      update(uri, { playMs: nowMs, playRequest: nextRequest() });
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
    cannotPlay,
    /** Remembers where the player is, so that it goes on from there when it is shown again. */
    hold() {
      const { watching, nowMs } = store.get();
      if (watching === undefined) return;
      store.set({
        isPlaying: false,
        watching: { ...watching, playMs: nowMs, shouldPlay: false, playRequest: nextRequest() },
      });
    },
    showStage: (
      change: Partial<Pick<State, 'stageTab' | 'isStageFull' | 'transcriptQuery' | 'followsLine'>>,
    ) => store.set(change),
    /** Shows subtitles in a language, or none. */
    chooseSubtitles(language: string | undefined) {
      const { watching, subtitles } = store.get();
      if (watching === undefined || subtitles === undefined) return;
      if (language === undefined) store.set({ subtitles: { ...subtitles, language } });
      else void loadSubtitles(watching.uri, language);
    },
    /** Shows or hides a kind of line in the transcript. */
    toggleKind(kind: MomentKind) {
      const { hiddenKinds } = store.get();
      const isHidden = hiddenKinds.includes(kind);
      store.set({
        hiddenKinds: isHidden
          ? hiddenKinds.filter((hiddenKind) => hiddenKind !== kind)
          : [...hiddenKinds, kind],
      });
    },
    /** Receives the player's time during playback. */
    onTime(nowMs: number, isPlaying: boolean) {
      const { watching } = store.get();
      const isChosen = isPlaying && watching?.isPrepared;
      store.set({ nowMs, isPlaying, ...(isChosen && { watching: { ...watching, isPrepared: false } }) });
    },
  };
}

/** Creates the actions of the player. */
export function createWatchActions(session: Session) {
  const { store, host } = session;
  const loader = createVideoLoader(session);
  const { loadPlayback, loadSubtitles, loadHeat, refresh } = loader;
  let playRequests = 0;

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
      watching: {
        uri,
        startMs,
        endMs,
        playMs,
        shouldPlay,
        isPrepared: !shouldPlay,
        playRequest: playRequests,
        ...knownState,
      },
      nowMs: playMs,
      followsLine: true,
      ...(isSameVideo ? {} : { editing: undefined }),
    });
    void loadHeat(uri);
    if (isSameVideo) return;
    store.set({ subtitles: undefined, stageTab: 'transcript', transcriptQuery: undefined });
    await Promise.all([
      refresh(uri).then(() => loadSubtitles(uri, undefined)),
      findSupportedCodecs().then((plays) => loadPlayback(uri, plays)),
    ]);
  };

  /** Continues playback from a time. The current moment stays marked. */
  const seek = (ms: number) => {
    const { watching } = store.get();
    if (watching === undefined) return;
    playRequests += 1;
    const playMs = Math.max(0, Math.round(ms));
    store.set({
      watching: { ...watching, playMs, shouldPlay: true, isPrepared: false, playRequest: playRequests },
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
  const watchLine = ({ uri, startMs, endMs, seekMs }: MomentLine) =>
    void watch({ uri, startMs, endMs, playMs: seekMs });

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

  return {
    watch: (target: PlaybackTarget) => void watch(target),
    /** Shows the picture of a moment and waits for Play. Does nothing if a person chose a video. */
    prepare(target: PlaybackTarget) {
      const { watching } = store.get();
      if (watching === undefined || watching.isPrepared) void watch(target, false);
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
    ...createStageActions(session, loader, () => {
      playRequests += 1;
      return playRequests;
    }),
    togglePlay: () =>
      togglePlay((how) => {
        const { nowMs, watching } = store.get();
        seek(how === 'here' ? nowMs : (watching?.startMs ?? 0));
      }),
  };
}

export type WatchActions = ReturnType<typeof createWatchActions>;
