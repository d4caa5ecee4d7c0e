import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_DISPOSITION_COMMENT,
  AV_DISPOSITION_DEFAULT,
  AV_DISPOSITION_DESCRIPTIONS,
  AV_DISPOSITION_FORCED,
  AV_DISPOSITION_HEARING_IMPAIRED,
  AV_DISPOSITION_STILL_IMAGE,
  AV_DISPOSITION_TIMED_THUMBNAILS,
  AV_DISPOSITION_VISUAL_IMPAIRED,
  AV_NOPTS_VALUE,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { type FormatContext, Packet, type Stream } from 'node-av/lib';
import { findTitleTag } from './container-tags.ts';
import {
  findPosters,
  hasSpecialTitle,
  POSTER_WITHIN_MS,
  sortByPreference,
  type TrackMarks,
} from './track-choice.ts';

/** Maximum number of packets read to distinguish posters from films. */
const MAX_PACKETS = 5000;

const SPECIAL_DISPOSITIONS = [
  AV_DISPOSITION_COMMENT,
  AV_DISPOSITION_DESCRIPTIONS,
  AV_DISPOSITION_FORCED,
  AV_DISPOSITION_HEARING_IMPAIRED,
  AV_DISPOSITION_VISUAL_IMPAIRED,
] as const;

/** Returns whether a track is cover art or chapter thumbnails, which containers store as video tracks. */
export function isCover(stream: Stream): boolean {
  return (
    stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC) ||
    stream.hasDisposition(AV_DISPOSITION_TIMED_THUMBNAILS)
  );
}

function toTrackMarks(stream: Stream, posters: ReadonlySet<number>): TrackMarks {
  const { codecpar, index } = stream;
  const isVideo = codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  return {
    isDefault: stream.hasDisposition(AV_DISPOSITION_DEFAULT),
    isSpecial:
      SPECIAL_DISPOSITIONS.some((disposition) => stream.hasDisposition(disposition)) ||
      hasSpecialTitle(findTitleTag(stream.metadata?.getAll() ?? {})),
    isPoster: stream.hasDisposition(AV_DISPOSITION_STILL_IMAGE) || posters.has(index),
    size: isVideo ? codecpar.width * codecpar.height : codecpar.channels,
  };
}

/**
 * Counts the pictures of each track early in a file. Moves the demuxer, so open the file separately for this.
 */
function countPictures(format: FormatContext, tracks: readonly Stream[]): ReadonlyMap<number, number> {
  const counts = new Map(tracks.map(({ index }) => [index, 0]));
  const packet = new Packet();
  packet.alloc();
  let firstMs: number | undefined;
  for (
    let packetCount = 0;
    packetCount < MAX_PACKETS && format.readFrameSync(packet) >= 0;
    packetCount += 1
  ) {
    const stream = tracks.find(({ index }) => index === packet.streamIndex);
    const stamp = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
    packet.unref();
    if (!stream) continue;
    counts.set(stream.index, (counts.get(stream.index) ?? 0) + 1);
    if (stamp === AV_NOPTS_VALUE) continue;
    const timeMs = (Number(stamp) * stream.timeBase.num * 1000) / stream.timeBase.den;
    firstMs ??= timeMs;
    if (timeMs - firstMs > POSTER_WITHIN_MS) break;
  }
  packet.free();
  return counts;
}

/** Tracks of each kind, in the order in which players prefer them. */
export interface RankedTracks {
  readonly video: readonly Stream[];
  readonly audio: readonly Stream[];
}

/** Ranks video and audio tracks. `reopen` opens the file once more, if it has several video tracks. */
export function rankTracks(streams: readonly Stream[], reopen: () => FormatContext): RankedTracks {
  const streamsOfType = (type: number) => streams.filter(({ codecpar }) => codecpar.codecType === type);
  const videos = streamsOfType(AVMEDIA_TYPE_VIDEO).filter((stream) => !isCover(stream));
  let posters: ReadonlySet<number> = new Set();
  if (videos.length > 1) {
    const format = reopen();
    posters = findPosters(countPictures(format, videos));
    format.closeInputSync();
  }
  const rank = (tracks: readonly Stream[]) =>
    sortByPreference(tracks, (stream) => toTrackMarks(stream, posters));
  return { video: rank(videos), audio: rank(streamsOfType(AVMEDIA_TYPE_AUDIO)) };
}
