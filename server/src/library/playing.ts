import type { PlaybackResult } from '../../protocol/playback.ts';
import { type Failure, FailureError } from '../core/failure.ts';
import { type Conversion, type PlaybackPlan, playbackPlan } from '../core/playback.ts';
import type { Uri } from '../core/range.ts';
import type { Probe } from '../core/video.ts';
import { RequestError } from '../library.ts';
import type { Media } from '../ports/media.ts';
import type { Shelf } from './status.ts';
import { unknownVideo } from './videos.ts';

/** Pictures that are encoded to be watched fit it, px. */
const BOX = { width: 854, height: 480 };
/** Failures that are remembered, for pages that ask why their player got nothing. */
const REMEMBERED = 100;

/** What becomes of a track, as clients are told. */
function told(what: Conversion['video'] | Conversion['audio']): PlaybackResult['video'] {
  if (what === 'none') return undefined;
  return what === 'copy' ? 'copied' : 'encoded';
}

/** How indexed videos reach a player that cannot play all of them. */
export function createPlaying({ catalogue }: Shelf, media: Media) {
  const failed = new Map<Uri, Failure>();

  const probeOf = async (uri: Uri, signal: AbortSignal): Promise<Probe> => {
    const copy = catalogue.copy(uri);
    if (copy === undefined || copy.forgotten) throw unknownVideo(uri);
    return catalogue.video(copy.videoId)?.probe ?? media.probe(uri, signal);
  };

  const plan = async (uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackPlan> => {
    try {
      return playbackPlan(await probeOf(uri, signal), new Set(plays));
    } catch (error) {
      // A player may still make something of a file that we cannot read.
      if (error instanceof FailureError && plays.length > 0) return { way: 'original' };
      throw error;
    }
  };

  return {
    plan,
    async playback(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackResult> {
      try {
        const planned = await plan(uri, plays, signal);
        const { reason, remedy } = failed.get(uri) ?? {};
        const failure = reason === undefined || remedy === undefined ? undefined : { reason, remedy };
        if (planned.way === 'original') return { way: 'original', failure };
        return { way: 'converted', video: told(planned.video), audio: told(planned.audio), failure };
      } catch (error) {
        if (!(error instanceof FailureError)) throw error;
        throw new RequestError('badMedia', error.failure.reason, error.failure.remedy, uri);
      }
    },
    /** See ports/converter.ts; a failure is remembered for `playback`. */
    async *stream(uri: Uri, conversion: Conversion, startMs: number, signal: AbortSignal) {
      const copy = catalogue.copy(uri);
      if (copy === undefined || copy.forgotten) throw unknownVideo(uri);
      const { container, video, audio } = conversion;
      try {
        for await (const bytes of media.convert(
          uri,
          { container, video, audio, startMs, box: BOX },
          signal,
        )) {
          failed.delete(uri);
          yield bytes;
        }
      } catch (error) {
        if (error instanceof FailureError) {
          const [oldest] = failed.keys();
          if (failed.size >= REMEMBERED && oldest !== undefined) failed.delete(oldest);
          failed.set(uri, error.failure);
        }
        throw error;
      }
    },
  };
}
