import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile, VideoRecord } from '../core/domain/video.ts';
import { findNamedTracks } from '../core/media/track-selection.ts';
import type { MediaHints } from '../ports/decoder.ts';
import type { Media } from '../ports/media.ts';

/** Returns what is known about how a video is read. `rules`: the setting `media.tracks`. */
export function toMediaHints(
  { probe, soundTrack }: Pick<VideoRecord, 'probe' | 'soundTrack'>,
  copies: readonly Pick<VideoFile, 'path'>[],
  rules: readonly string[],
): MediaHints {
  const { video, audio } = findNamedTracks(probe, copies, rules);
  return { tracks: { video, audio: audio ?? soundTrack }, clockJumps: probe.clockJumps };
}

/** Wraps media so that each call knows what the index knows of its file. Hints that a caller gives replace these. */
export function withMediaHints(media: Media, hintsOf: (uri: Uri) => MediaHints | undefined): Media {
  const hintsFor = (uri: Uri, hints: MediaHints = {}): MediaHints => {
    const known = hintsOf(uri);
    return { ...known, ...hints, tracks: { ...known?.tracks, ...hints.tracks } };
  };
  return {
    probe: media.probe,
    picture: media.picture,
    subtitleTracks: media.subtitleTracks,
    close: media.close,
    subtitles: (uri, stream, signal, hints) => media.subtitles(uri, stream, signal, hintsFor(uri, hints)),
    subtitlePictures: (uri, stream, signal, hints) =>
      media.subtitlePictures(uri, stream, signal, hintsFor(uri, hints)),
    frames: (uri, timesMs, box, signal, hints) =>
      media.frames(uri, timesMs, box, signal, hintsFor(uri, hints)),
    still: (uri, timeMs, box, signal, hints) => media.still(uri, timeMs, box, signal, hintsFor(uri, hints)),
    pass: (uri, request, signal, hints) => media.pass(uri, request, signal, hintsFor(uri, hints)),
    convert: (uri, request, signal, hints) => media.convert(uri, request, signal, hintsFor(uri, hints)),
    measure: (uri, options, onTime, signal, hints) =>
      media.measure(uri, options, onTime, signal, hintsFor(uri, hints)),
    cut: (request, onTime, signal) => {
      const pieces = request.pieces.map((piece) => ({ ...piece, hints: hintsFor(piece.uri, piece.hints) }));
      return media.cut({ ...request, pieces }, onTime, signal);
    },
  };
}
