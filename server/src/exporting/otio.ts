import { formatMediaLink } from '../core/domain/media-link.ts';
import { type FrameRange, type FrameRate, toFrameRange, toFrameRate, toFrames } from './frame-rate.ts';
import { momentText, toPlainText } from './plain-text.ts';
import type { ExportSelection, SelectedMoment } from './selection.ts';

function rationalTime(value: number, rate: FrameRate) {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: rate.frames / rate.seconds, value };
}

function timeRange({ start, count }: FrameRange, rate: FrameRate) {
  return {
    OTIO_SCHEMA: 'TimeRange.1',
    start_time: rationalTime(start, rate),
    duration: rationalTime(count, rate),
  };
}

const createNamedObject = (name: string, metadata: object) => ({
  name,
  metadata,
  effects: [],
  markers: [],
  enabled: true,
});

function clip(moment: SelectedMoment) {
  const { source } = moment;
  const rate = toFrameRate(source);
  const text = momentText(moment);
  return {
    OTIO_SCHEMA: 'Clip.2',
    ...createNamedObject(toPlainText(source.name), {
      goldfish: { text, link: formatMediaLink(source.uri, moment) },
    }),
    source_range: timeRange(toFrameRange(moment, rate), rate),
    media_references: {
      DEFAULT_MEDIA: {
        OTIO_SCHEMA: 'ExternalReference.1',
        name: toPlainText(source.name),
        metadata: {},
        available_range: timeRange({ start: 0, count: Math.max(1, toFrames(source.durationMs, rate)) }, rate),
        available_image_bounds: null,
        target_url: source.uri,
      },
    },
    active_media_reference_key: 'DEFAULT_MEDIA',
  };
}

/** Creates a gap as long as a moment whose file has no content for a track. */
function gap(moment: SelectedMoment) {
  const rate = toFrameRate(moment.source);
  return {
    OTIO_SCHEMA: 'Gap.1',
    ...createNamedObject('', {}),
    source_range: timeRange({ start: 0, count: toFrameRange(moment, rate).count }, rate),
  };
}

function track(
  kind: 'Video' | 'Audio',
  moments: readonly SelectedMoment[],
  hasTrack: (moment: SelectedMoment) => boolean,
) {
  return {
    OTIO_SCHEMA: 'Track.1',
    ...createNamedObject(kind, {}),
    kind,
    source_range: null,
    children: moments.map((moment) => (hasTrack(moment) ? clip(moment) : gap(moment))),
  };
}

/** Writes OpenTimelineIO: the moments one after the other, with a video track and an audio track. */
export function writeOtio({ title, moments }: ExportSelection): string {
  const hasVideo = ({ source }: SelectedMoment) => source.video;
  const hasAudio = ({ source }: SelectedMoment) => source.audio !== undefined;
  const tracks = [
    ...(moments.some(hasVideo) ? [track('Video', moments, hasVideo)] : []),
    ...(moments.some(hasAudio) ? [track('Audio', moments, hasAudio)] : []),
  ];
  const timeline = {
    OTIO_SCHEMA: 'Timeline.1',
    name: toPlainText(title),
    metadata: {},
    global_start_time: null,
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      ...createNamedObject('tracks', {}),
      source_range: null,
      children: tracks,
    },
  };
  return `${JSON.stringify(timeline, null, 2)}\n`;
}
