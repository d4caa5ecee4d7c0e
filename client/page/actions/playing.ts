import type { DidChangePlaying, PlayingParams } from '../../../server/protocol/playing.ts';
import { findPlayer } from '../player-element.ts';
import { fileNameOfUri, nameOf } from '../text.ts';
import type { Session } from './session.ts';

/** Limits how often the time is reported while a video plays, in ms. */
const REPORT_INTERVAL_MS = 1000;

/** Keeps one player among all views of the user: reports what this one does, and pauses when another plays. */
export function createPlayingReports({ store, request }: Session) {
  const player = crypto.randomUUID();
  let reported: PlayingParams | undefined;
  let reportedAt = 0;

  const send = (params: PlayingParams) => {
    reported = params;
    reportedAt = performance.now();
    // Without the message another view may play at the same time. Nothing else is lost.
    request('goldfish/playing', params).catch(() => undefined);
  };

  return {
    /** Reports the state of this view's player. Call it on every change of the state. */
    onState() {
      const { watching, nowMs, isPlaying } = store.get();
      if (watching === undefined) {
        if (reported !== undefined && reported.state !== 'closed') send({ ...reported, state: 'closed' });
        return;
      }
      const { uri, video } = watching;
      const state = isPlaying ? 'playing' : 'paused';
      const isSame = reported?.uri === uri && reported.state === state;
      if (state === 'paused' && (reported === undefined || reported.state === 'closed')) return;
      if (isSame && (state === 'paused' || performance.now() - reportedAt < REPORT_INTERVAL_MS)) return;
      const title = video === undefined ? fileNameOfUri(uri) : nameOf(video.path);
      send({ player, uri, ms: Math.max(0, Math.round(nowMs)), state, title });
    },
    /** Follows what another player does. */
    onOther({ player: other, uri, ms, state }: DidChangePlaying) {
      if (other === player) {
        const own = findPlayer();
        if (state === 'playing') own?.play().catch(() => undefined);
        else own?.pause();
        return;
      }
      if (state === 'playing') findPlayer()?.pause();
      if (store.get().watching !== undefined) return;
      store.set({
        playingElsewhere:
          state === 'closed'
            ? undefined
            : {
                uri,
                startMs: store.get().playingElsewhere?.startMs ?? ms,
                playMs: ms,
                player: other,
                isPlaying: state === 'playing',
              },
      });
    },
  };
}
