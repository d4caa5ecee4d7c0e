import type { Stream } from '../../protocol/videos.ts';
import { findTrack, type MediaProbe, type StreamInfo, type VideoRecord } from '../core/domain/video.ts';
import type { TrackSelection } from '../core/media/track-selection.ts';

const CHANNEL_NAMES = ['left', 'right'] as const;

/** Names the single channel that is read, and says why. */
function describeChannel(channel: number, { channels = 0 }: StreamInfo): string {
  const name = channels === 2 ? CHANNEL_NAMES[channel] : undefined;
  return name === undefined
    ? `only channel ${channel + 1} of ${channels}: the channels cancel each other out`
    : `only the ${name} channel: left and right cancel each other out`;
}

/** Returns a probe whose chosen tracks are those that are read. */
export function withTracksInUse(probe: MediaProbe, inUse: TrackSelection): MediaProbe {
  const isInUse = ({ kind, index, chosen }: StreamInfo) => {
    const selected = kind === 'subtitle' ? undefined : inUse[kind];
    return selected === undefined ? chosen : selected === index || undefined;
  };
  return { ...probe, streams: probe.streams.map((stream) => ({ ...stream, chosen: isInUse(stream) })) };
}

/** Describes the tracks of a video for people: which are read, and why not those that players choose. */
export function describeTracks(
  record: Pick<VideoRecord, 'probe' | 'soundTrack' | 'soundChannel'>,
  named: TrackSelection,
): readonly Stream[] {
  const { soundTrack, soundChannel, probe } = record;
  const { streams } = withTracksInUse(probe, { video: named.video, audio: named.audio ?? soundTrack });
  const soundInUse = findTrack(streams, 'audio');
  const preferredSound = findTrack(probe.streams, 'audio');
  const noteOf = (stream: StreamInfo): string | undefined => {
    if (stream.kind !== 'subtitle' && named[stream.kind] === stream.index) return 'set in media.tracks';
    if (stream === soundInUse && soundChannel !== undefined) return describeChannel(soundChannel, stream);
    const isReplaced = stream.index === preferredSound?.index && stream !== soundInUse;
    return isReplaced && named.audio === undefined ? 'silent or without a voice' : undefined;
  };
  return streams.map((stream) => {
    const {
      index: _index,
      textual: _textual,
      describes: _describes,
      preference: _preference,
      ...shown
    } = stream;
    return { ...shown, note: noteOf(stream) };
  });
}
