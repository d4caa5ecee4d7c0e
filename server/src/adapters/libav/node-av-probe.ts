import {
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_TEXT,
  AV_CODEC_ID_WEBVTT,
  AV_DISPOSITION_DESCRIPTIONS,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_SUBTITLE,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from 'node-av/constants';
import { avGetCodecName, type Stream } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { ClockJump, MediaProbe, StreamInfo } from '../../core/domain/video.ts';
import {
  findContainerName,
  findDeviceTag,
  findLanguageTag,
  findPageTag,
  findRecordedTag,
  findTitleTag,
} from './container-tags.ts';
import { clampChapters, isCutShort, toFinalDuration, toMinDuration } from './duration.ts';
import { mediaFailures } from './failures.ts';
import { findCaptionTracks, isCaptionTrack } from './node-av-captions.ts';
import { readChapters } from './node-av-chapters.ts';
import { findTrackEnds, mayHaveSeveralClocks } from './node-av-clock.ts';
import { discardOtherTracks, findFrameRate, type OpenMedia, openMedia } from './node-av-open.ts';
import { seekToBeginning } from './node-av-seek.ts';
import { isCover } from './node-av-tracks.ts';
import { type Orientation, parseOrientation, toShownSizePx } from './orientation.ts';

/** Text subtitle codecs whose packets can be read without a decoder. */
export const TEXT_SUBTITLE_CODECS: readonly number[] = [
  AV_CODEC_ID_MOV_TEXT,
  AV_CODEC_ID_SUBRIP,
  AV_CODEC_ID_ASS,
  AV_CODEC_ID_WEBVTT,
  AV_CODEC_ID_TEXT,
];

export function findStreamOrientation(stream: Stream): Orientation {
  return parseOrientation(stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
}

/** Returns the pixel aspect ratio (width over height); 1 if the file does not state it. */
export function findPixelAspect(stream: Stream): number {
  const streamAspect = stream.sampleAspectRatio;
  const { num, den } = streamAspect.num > 0 ? streamAspect : stream.codecpar.sampleAspectRatio;
  return num > 0 && den > 0 ? num / den : 1;
}

function toStreamInfo(stream: Stream, { video, audio, rankedTracks }: OpenMedia): StreamInfo | undefined {
  const { codecpar } = stream;
  const tags = stream.metadata?.getAll() ?? {};
  const commonInfo = {
    index: stream.index,
    codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
    language: findLanguageTag(tags),
    title: findTitleTag(tags),
    chosen: [video?.index, audio?.index].includes(stream.index) ? true : undefined,
  };
  const preferenceAmong = (tracks: readonly Stream[]) =>
    tracks.findIndex(({ index }) => index === stream.index);
  if (codecpar.codecType === AVMEDIA_TYPE_VIDEO) {
    if (isCover(stream)) return undefined;
    return {
      ...commonInfo,
      kind: 'video',
      preference: preferenceAmong(rankedTracks.video),
      ...toShownSizePx(
        codecpar.width,
        codecpar.height,
        findPixelAspect(stream),
        findStreamOrientation(stream),
      ),
      framesPerSecond: findFrameRate(stream),
    };
  }
  if (codecpar.codecType === AVMEDIA_TYPE_AUDIO) {
    return {
      ...commonInfo,
      kind: 'audio',
      preference: preferenceAmong(rankedTracks.audio),
      sampleRate: codecpar.sampleRate,
      channels: codecpar.channels,
    };
  }
  if (codecpar.codecType !== AVMEDIA_TYPE_SUBTITLE) return undefined;
  return {
    ...commonInfo,
    kind: 'subtitle',
    textual: TEXT_SUBTITLE_CODECS.includes(codecpar.codecId) || isCaptionTrack(stream),
    describes: stream.hasDisposition(AV_DISPOSITION_DESCRIPTIONS),
  };
}

/** The length of video and audio, and the places from which the file's own clock starts again. */
interface VerifiedDuration {
  readonly durationMs: Ms;
  readonly clockJumps: readonly ClockJump[];
}

/**
 * Returns the duration of video and audio, verified by reading the end: a header may promise more than the
 * file contains. If no header states it, or if the file may contain several clocks, all packets are read.
 */
async function verifyDuration(media: OpenMedia, signal: AbortSignal): Promise<VerifiedDuration> {
  const { format, originUs } = media;
  const statedMs =
    !media.statesLength || format.duration === AV_NOPTS_VALUE || format.duration <= 0n
      ? undefined
      : Math.round(Number(format.duration) / 1000);
  if (statedMs === undefined || (await mayHaveSeveralClocks(media, signal))) {
    const { chosenTracksEndMs, clockJumps } = await findTrackEnds(media, signal);
    if (statedMs === undefined || clockJumps.length > 0)
      return { durationMs: toFinalDuration(undefined, chosenTracksEndMs), clockJumps };
  }
  discardOtherTracks(media, [media.video, media.audio]);
  const minDurationMs = toMinDuration(statedMs, format.iformat?.name ?? '', originUs);
  const seekBackUs = Math.min(minDurationMs, 2000) * 1000;
  const stamp = BigInt(Math.round(minDurationMs * 1000 - seekBackUs + originUs));
  let chosenTracksEndMs = 0;
  if (format.seekFrameSync(-1, stamp, AVSEEK_FLAG_BACKWARD) >= 0)
    ({ chosenTracksEndMs } = await findTrackEnds(media, signal));
  if (isCutShort(chosenTracksEndMs, minDurationMs)) {
    // A wrong index, a longer track of another kind, or missing data: reading all packets shows which.
    discardOtherTracks(media, media.streams);
    seekToBeginning(media);
    const trackEnds = await findTrackEnds(media, signal);
    if (isCutShort(trackEnds.allTracksEndMs, minDurationMs))
      throw mediaFailures.cutEnd(trackEnds.allTracksEndMs, minDurationMs);
    chosenTracksEndMs = trackEnds.chosenTracksEndMs;
  }
  return { durationMs: toFinalDuration(statedMs, chosenTracksEndMs), clockJumps: [] };
}

/** Reads the container's properties. Rejects with MediaFailureError. */
export async function probe(uri: Uri, signal: AbortSignal): Promise<MediaProbe> {
  const media = await openMedia(uri);
  try {
    signal.throwIfAborted();
    const streams = media.streams
      .map((stream) => toStreamInfo(stream, media))
      .filter((info) => info !== undefined);
    if (!media.video && !media.audio) throw mediaFailures.notMedia();
    const chapters = await readChapters(media.format);
    const captionTracks = await findCaptionTracks(media, () => openMedia(uri), signal);
    const { durationMs, clockJumps } = await verifyDuration(media, signal);
    const tags = media.format.metadata?.getAll() ?? {};
    return {
      container: findContainerName(media.format.iformat?.name ?? '', media.file.name),
      durationMs,
      startMs: Math.round(media.originUs / 1000) || undefined,
      clockJumps: clockJumps.length > 0 ? clockJumps : undefined,
      streams: [...streams, ...captionTracks],
      chapters: clampChapters(chapters, media.originUs, durationMs),
      title: findTitleTag(tags),
      recorded: findRecordedTag(tags),
      device: findDeviceTag(tags),
      pageUrl: findPageTag(tags),
    };
  } finally {
    await media.close();
  }
}
