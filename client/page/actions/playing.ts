import type { DidChangePlaying, PlayingParams } from '../../../server/protocol/playing.ts';
import { createId } from '../create-id.ts';
import { findPlayer } from '../player-element.ts';
import { fileNameOfUri, nameOf } from '../text.ts';
import type { Session } from './session.ts';

/** Limits how often the time is reported while a video plays, in ms. */
const REPORT_INTERVAL_MS = 1000;

/** Keeps one player among all views of the user: reports what this one does, and pauses when another plays. */
export function createPlayingActions({ store, request }: Session) {
  const own = createId();
  /** The other players that play. */
  const playingOthers = new Set<string>();
  let reported: PlayingParams | undefined;
  let reportedAt = 0;

  // Without the message another view may play at the same time. Nothing else is lost.
  const send = (params: PlayingParams) => request('goldfish/playing', params).catch(() => undefined);
  const report = (params: PlayingParams) => {
    reported = params;
    reportedAt = performance.now();
    void send(params);
  };
  /** Does what another view asks of this player. */
  const obey = ({ state }: DidChangePlaying) => {
    if (state === 'playing')
      findPlayer()
        ?.play()
        .catch(() => undefined);
    else findPlayer()?.pause();
  };

  return {
    /** Reports what this view's player does. Call it on every change of the state. */
    onState() {
      const { watching, nowMs, isPlaying } = store.get();
      if (watching === undefined) {
        if (reported !== undefined && reported.state !== 'closed') report({ ...reported, state: 'closed' });
        return;
      }
      const { uri, video } = watching;
      const state = isPlaying ? 'playing' : 'paused';
      const isSame = reported?.uri === uri && reported.state === state;
      // A moment that is only prepared concerns nobody.
      if (state === 'paused' && (reported === undefined || reported.state === 'closed')) return;
      if (isSame && (state === 'paused' || performance.now() - reportedAt < REPORT_INTERVAL_MS)) return;
      const title = video === undefined ? fileNameOfUri(uri) : nameOf(video.path);
      report({ player: own, from: own, uri, ms: Math.max(0, Math.round(nowMs)), state, title });
    },
    /** Follows what another player does. */
    onOther(change: DidChangePlaying) {
      const { player, from, uri, ms, state } = change;
      if (from === own) return;
      if (player === own) return obey(change);
      // Only a start pauses this player. Its time is reported too, and may cross the start of this one.
      const hasStarted = state === 'playing' && !playingOthers.has(player);
      if (state === 'playing') playingOthers.add(player);
      else playingOthers.delete(player);
      if (hasStarted) findPlayer()?.pause();
      const { watching, playingElsewhere } = store.get();
      if (watching !== undefined) return;
      const startMs = playingElsewhere?.uri === uri ? playingElsewhere.startMs : ms;
      const isPlaying = state === 'playing';
      store.set({
        playingElsewhere: state === 'closed' ? undefined : { uri, startMs, playMs: ms, player, isPlaying },
      });
    },
    /** Pauses the player of another view, or lets it go on. */
    toggleElsewhere() {
      const { playingElsewhere } = store.get();
      if (playingElsewhere?.player === undefined) return;
      const { player, uri, playMs = 0, isPlaying } = playingElsewhere;
      void send({ player, from: own, uri, ms: playMs, state: isPlaying ? 'paused' : 'playing' });
    },
  };
}

export type PlayingActions = ReturnType<typeof createPlayingActions>;
