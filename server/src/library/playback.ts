import type { PlaybackResult } from '../../protocol/playback.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { MediaProbe } from '../core/domain/video.ts';
import { type MediaFailure, MediaFailureError } from '../core/errors/media-failure.ts';
import { type Conversion, type PlaybackPlan, planPlayback } from '../core/media/playback-plan.ts';
import { toMediaHints } from '../indexing/media-hints.ts';
import { RequestError } from '../library.ts';
import type { Media } from '../ports/media.ts';
import { withTracksInUse } from './describe-tracks.ts';
import { videoNotFound } from './describe-video.ts';
import { assertUnchanged, assertWithinVideo, type UnchangedDeps } from './list-videos.ts';

/** Limits the size of re-encoded video, in px. */
const MAX_PICTURE_PX = { width: 854, height: 480 };
/** Limits the stored failures, which explain to pages why their player received nothing. */
const MAX_REMEMBERED_FAILURES = 100;

export interface PlaybackDeps extends UnchangedDeps {
  /** The setting `media.tracks`. */
  readonly trackRules: () => readonly string[];
}

/** Converts the mode of a track to its value in the protocol. */
function toTrackPlayback(mode: Conversion['video'] | Conversion['audio']): PlaybackResult['video'] {
  if (mode === 'none') return undefined;
  return mode === 'copy' ? 'copied' : 'encoded';
}

/** Creates the methods that bring indexed videos to a player, converted if it does not support their formats. */
export function createPlayback(deps: PlaybackDeps, media: Media) {
  const { catalogue, trackRules } = deps;
  const failures = new Map<Uri, MediaFailure>();

  const readProbe = async (uri: Uri, signal: AbortSignal): Promise<MediaProbe> => {
    const copy = catalogue.copy(uri);
    if (copy === undefined || copy.forgotten) throw videoNotFound(uri);
    const record = catalogue.video(copy.videoId);
    if (record === undefined) return media.probe(uri, signal);
    const { tracks = {} } = toMediaHints(record, catalogue.copiesOf(copy.videoId), trackRules());
    return withTracksInUse(record.probe, tracks);
  };

  const plan = async (uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackPlan> => {
    try {
      return planPlayback(await readProbe(uri, signal), new Set(plays));
    } catch (error) {
      // A player may be able to play a file that Goldfish cannot read.
      if (error instanceof MediaFailureError && plays.length > 0) return { way: 'original' };
      throw error;
    }
  };

  return {
    plan,
    async playback(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackResult> {
      try {
        const chosenPlan = await plan(uri, plays, signal);
        const { reason, remedy } = failures.get(uri) ?? {};
        const failure = reason === undefined || remedy === undefined ? undefined : { reason, remedy };
        if (chosenPlan.way === 'original') return { way: 'original', failure };
        return {
          way: 'converted',
          video: toTrackPlayback(chosenPlan.video),
          audio: toTrackPlayback(chosenPlan.audio),
          failure,
        };
      } catch (error) {
        if (!(error instanceof MediaFailureError)) throw error;
        throw new RequestError('badMedia', error.failure.reason, error.failure.remedy, uri);
      }
    },
    /** Streams a converted video. See ports/converter.ts. Stores a failure for `playback`. */
    async *stream(uri: Uri, conversion: Conversion, startMs: number, signal: AbortSignal) {
      const copy = catalogue.copy(uri);
      if (copy === undefined || copy.forgotten) throw videoNotFound(uri);
      assertWithinVideo(catalogue.video(copy.videoId), copy, startMs);
      await assertUnchanged(deps, copy, signal);
      const { container, video, audio } = conversion;
      try {
        for await (const bytes of media.convert(
          uri,
          { container, video, audio, startMs, box: MAX_PICTURE_PX },
          signal,
        )) {
          failures.delete(uri);
          yield bytes;
        }
      } catch (error) {
        if (error instanceof MediaFailureError) {
          const [oldest] = failures.keys();
          if (failures.size >= MAX_REMEMBERED_FAILURES && oldest !== undefined) failures.delete(oldest);
          failures.set(uri, error.failure);
        }
        throw error;
      }
    },
  };
}
