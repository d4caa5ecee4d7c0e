import { mediaLink } from '../core/mediaLink.ts';
import { plain, textOf } from './plain.ts';
import { type FrameRange, frameRange, framesIn, type Rate, rateOf } from './rate.ts';
import type { Moment, Selection } from './selection.ts';

function time(value: number, rate: Rate) {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: rate.frames / rate.seconds, value };
}

function range({ start, count }: FrameRange, rate: Rate) {
  return { OTIO_SCHEMA: 'TimeRange.1', start_time: time(start, rate), duration: time(count, rate) };
}

const item = (name: string, metadata: object) => ({
  name,
  metadata,
  effects: [],
  markers: [],
  enabled: true,
});

function clip(moment: Moment) {
  const { source } = moment;
  const rate = rateOf(source);
  const text = textOf(moment);
  return {
    OTIO_SCHEMA: 'Clip.2',
    ...item(plain(source.name), { goldfish: { text, link: mediaLink(source.uri, moment) } }),
    source_range: range(frameRange(moment, rate), rate),
    media_references: {
      DEFAULT_MEDIA: {
        OTIO_SCHEMA: 'ExternalReference.1',
        name: plain(source.name),
        metadata: {},
        available_range: range({ start: 0, count: Math.max(1, framesIn(source.durationMs, rate)) }, rate),
        available_image_bounds: null,
        target_url: source.uri,
      },
    },
    active_media_reference_key: 'DEFAULT_MEDIA',
  };
}

/** As long as its moment, where the moment's file has nothing for a track. */
function gap(moment: Moment) {
  const rate = rateOf(moment.source);
  return {
    OTIO_SCHEMA: 'Gap.1',
    ...item('', {}),
    source_range: range({ start: 0, count: frameRange(moment, rate).count }, rate),
  };
}

function track(kind: 'Video' | 'Audio', moments: readonly Moment[], has: (moment: Moment) => boolean) {
  return {
    OTIO_SCHEMA: 'Track.1',
    ...item(kind, {}),
    kind,
    source_range: null,
    children: moments.map((moment) => (has(moment) ? clip(moment) : gap(moment))),
  };
}

/** OpenTimelineIO: the moments one after the other, pictures and sound on a track each. */
export function writeOtio({ title, moments }: Selection): string {
  const hasVideo = ({ source }: Moment) => source.video;
  const hasAudio = ({ source }: Moment) => source.audio !== undefined;
  const tracks = [
    ...(moments.some(hasVideo) ? [track('Video', moments, hasVideo)] : []),
    ...(moments.some(hasAudio) ? [track('Audio', moments, hasAudio)] : []),
  ];
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    name: plain(title),
    metadata: {},
    global_start_time: null,
    tracks: { OTIO_SCHEMA: 'Stack.1', ...item('tracks', {}), source_range: null, children: tracks },
  };
  return `${JSON.stringify(timeline, null, 2)}\n`;
}
