import type { Uri } from '../../core/domain/time-range.ts';
import type { ClockJump, MediaProbe, StreamInfo } from '../../core/domain/video.ts';
import type { MediaHints } from '../../ports/decoder.ts';
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
import { parsePacketList } from './ffmpeg-packets.ts';
import { collectFfmpeg } from './ffmpeg-run.ts';
import { type ProbedFormat, type ProbedStream, parseFfprobeOutput } from './ffprobe-output.ts';
import { MAX_DECODED_PIXELS, toOriginUs } from './limits.ts';
import { type MediaFile, openMediaFile } from './media-file.ts';
import { toShownSizePx, UPRIGHT } from './orientation.ts';
import { findPosters, hasSpecialTitle, POSTER_WITHIN_MS, sortByPreference } from './track-choice.ts';

/** Maximum size of metadata or subtitles, bytes. */
export const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** Text subtitle codecs, by libav's names. */
const TEXT_CODECS = ['mov_text', 'subrip', 'ass', 'webvtt', 'text'];

/** A file with ffprobe's description of it. */
export interface DescribedFile {
  readonly file: MediaFile;
  readonly format: ProbedFormat;
  readonly originUs: number;
  readonly video: ProbedStream | undefined;
  readonly audio: ProbedStream | undefined;
  readonly rankedTracks: RankedTracks;
  /**
   * Filter that times frames by counting them, for pictures without a container. Those cannot be sought
   * either.
   */
  readonly frameTimingFilter: string | undefined;
  /** True if the file's clock starts again. ffmpeg then makes one clock that starts at zero, if it reads from the start. */
  readonly hasSeveralClocks: boolean;
}

/** Demuxers of containers whose clocks ffmpeg joins to one by itself, unless it copies time stamps. */
const FREE_CLOCK_DEMUXERS = ['mpeg', 'mpegts'];

/** Demuxers for pictures without a container. */
const RAW_DEMUXERS = ['h264', 'hevc', 'm4v', 'mpegvideo'];

/** Joins the defined filters into a chain. */
export const joinFilters = (...filters: readonly (string | undefined)[]): string =>
  filters.filter((filter) => filter !== undefined).join(',');

/** Returns whether seeking leads anywhere: the times in the file are those of one clock. */
export const canSeek = ({ frameTimingFilter, hasSeveralClocks }: DescribedFile) =>
  frameTimingFilter === undefined && !hasSeveralClocks;

/** Returns the option that keeps the file's own times, unless ffmpeg has to join several clocks. */
export const copyTimesArguments = ({ hasSeveralClocks }: DescribedFile): readonly string[] =>
  hasSeveralClocks ? [] : ['-copyts'];

/** Returns the options that seek before the input is read; none for its beginning. */
export function seekArguments(media: DescribedFile, toMs: number): readonly string[] {
  return toMs > 0 && canSeek(media) ? ['-ss', (toMs / 1000).toFixed(4)] : [];
}

/** Counts the pictures of each track early in a file, by track index. */
async function countPictures(
  program: string,
  file: MediaFile,
  tracks: readonly ProbedStream[],
  signal: AbortSignal,
): Promise<ReadonlyMap<number, number>> {
  const mapOptions = tracks.flatMap(({ index }) => ['-map', `0:${index}`]);
  const lengthOptions = ['-t', `${POSTER_WITHIN_MS / 1000}`];
  const output = [...mapOptions, '-c', 'copy', ...lengthOptions, '-f', 'framecrc', 'pipe:1'];
  const { stdout } = await collectFfmpeg({ program, file, output, signal }, MAX_TEXT_BYTES);
  const packets = [...parsePacketList(stdout.toString('latin1'))];
  return new Map(tracks.map(({ index }, at) => [index, packets.filter(({ track }) => track === at).length]));
}

/** Tracks of each kind, in the order in which players prefer them. */
interface RankedTracks {
  readonly video: readonly ProbedStream[];
  readonly audio: readonly ProbedStream[];
}

async function rankTracks(
  program: string,
  file: MediaFile,
  format: ProbedFormat,
  signal: AbortSignal,
): Promise<RankedTracks> {
  const videos = format.streams.filter(({ kind, isCover }) => kind === 'video' && !isCover);
  const posters =
    videos.length > 1 ? findPosters(await countPictures(program, file, videos, signal)) : new Set<number>();
  const rank = (tracks: readonly ProbedStream[]) =>
    sortByPreference(
      tracks,
      ({ index, isDefault, isSpecial, isStillImage, tags, width, height, channels }) => ({
        isDefault,
        isSpecial: isSpecial || hasSpecialTitle(findTitleTag(tags)),
        isPoster: isStillImage || posters.has(index),
        size: channels ?? width * height,
      }),
    );
  return {
    video: rank(videos),
    audio: rank(format.streams.filter(({ kind }) => kind === 'audio')),
  };
}

/** Returns the size at which its pictures are shown, px. */
export function toShownSize(stream: ProbedStream): { width: number; height: number } {
  const orientation =
    stream.rotationDegrees % 180 === 90 ? ({ mirrored: false, quarters: 1 } as const) : UPRIGHT;
  return toShownSizePx(stream.width, stream.height, stream.pixelAspect, orientation);
}

const DESCRIBE_OPTIONS = ['-of', 'json', '-show_format', '-show_streams', '-show_chapters'];

/** Throws if a picture is too large to be decoded. Some demuxers then state no size; the decoder's message does. */
function assertDecodableSize({ streams }: ProbedFormat, stderr: string): void {
  const [, width = 0, height = 0] = /Picture size (\d+)x(\d+)/.exec(stderr) ?? [];
  const sizes = [...streams, { width: Number(width), height: Number(height) }];
  const tooLarge = sizes.find((size) => size.width * size.height > MAX_DECODED_PIXELS);
  if (tooLarge) throw mediaFailures.tooLarge(tooLarge.width, tooLarge.height);
}

/** Opens a file and has ffprobe describe it. Rejects with MediaFailureError. The caller closes the file. */
export async function describeFile(
  program: string,
  uri: Uri,
  signal: AbortSignal,
  hints: MediaHints = {},
): Promise<DescribedFile> {
  const file = await openMediaFile(uri);
  try {
    const { stdout, stderr } = await collectFfmpeg(
      { program, tool: 'ffprobe', file, output: DESCRIBE_OPTIONS, level: 'warning', signal },
      MAX_TEXT_BYTES,
    );
    const format = parseFfprobeOutput(stdout.toString('utf8'), stderr);
    assertDecodableSize(format, stderr);
    if (!format.demuxer) throw file.isContainer ? mediaFailures.cutStart() : mediaFailures.notMedia();
    const hasSeveralClocks = hints.clockJumps !== undefined && FREE_CLOCK_DEMUXERS.includes(format.demuxer);
    const rankedTracks = await rankTracks(program, file, format, signal);
    const select = (tracks: readonly ProbedStream[], selected: number | undefined) =>
      tracks.find(({ index }) => index === selected) ?? tracks[0];
    const video = select(rankedTracks.video, hints.tracks?.video);
    return {
      file,
      format,
      originUs: hasSeveralClocks ? 0 : toOriginUs(format.startUs),
      hasSeveralClocks,
      video,
      frameTimingFilter: RAW_DEMUXERS.includes(format.demuxer)
        ? `setpts=N/(${video?.framesPerSecond ?? 25}*TB)`
        : undefined,
      audio: select(rankedTracks.audio, hints.tracks?.audio),
      rankedTracks,
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function toStreamInfo(
  stream: ProbedStream,
  { video, audio, rankedTracks }: DescribedFile,
): StreamInfo | undefined {
  const commonInfo = {
    index: stream.index,
    codec: stream.codec,
    language: findLanguageTag(stream.tags),
    title: findTitleTag(stream.tags),
    chosen: stream === video || stream === audio ? true : undefined,
  };
  if (stream.kind === 'video' && !stream.isCover) {
    return {
      ...commonInfo,
      kind: 'video',
      preference: rankedTracks.video.indexOf(stream),
      ...toShownSize(stream),
      framesPerSecond: stream.framesPerSecond,
    };
  }
  if (stream.kind === 'audio') {
    return {
      ...commonInfo,
      kind: 'audio',
      preference: rankedTracks.audio.indexOf(stream),
      sampleRate: stream.sampleRate,
      channels: stream.channels,
    };
  }
  if (stream.kind !== 'subtitle') return undefined;
  return {
    ...commonInfo,
    kind: 'subtitle',
    textual: TEXT_CODECS.includes(stream.codec),
    describes: stream.isDescription,
  };
}

/**
 * Returns the end of the last packet at or after `fromMs`, ms from the origin. Returns 0 if there is none.
 */
async function findLastPacketEndMs(
  program: string,
  media: DescribedFile,
  fromMs: number,
  tracks: 'shown' | 'all',
  signal: AbortSignal,
): Promise<number> {
  const { file, originUs, video, audio } = media;
  const chosenMaps = [video, audio].flatMap((stream) => (stream ? ['-map', `0:${stream.index}`] : []));
  const mapOptions =
    tracks === 'shown'
      ? chosenMaps
      : ['v', 'a', 's', 'd'].flatMap((kind) => ['-map', `0:${kind}?`, '-copy_unknown']);
  const { stdout } = await collectFfmpeg(
    {
      program,
      file,
      input: [...seekArguments(media, fromMs), ...copyTimesArguments(media)],
      output: [...mapOptions, '-c', 'copy', '-f', 'framecrc', 'pipe:1'],
      signal,
    },
    MAX_TEXT_BYTES,
  );
  /** Decoding time of the first packet by track, for tracks whose packets have no presentation time. */
  const firstDecodingMs = new Map<number, number>();
  let endMs = 0;
  for (const { track, decodingMs, presentationMs, durationMs } of parsePacketList(
    stdout.toString('latin1'),
  )) {
    const firstMs = firstDecodingMs.get(track) ?? decodingMs;
    firstDecodingMs.set(track, firstMs);
    const shownMs = presentationMs ?? decodingMs - firstMs + originUs / 1000;
    endMs = Math.max(endMs, shownMs + durationMs);
  }
  return endMs - originUs / 1000;
}

/**
 * Returns the duration of video and audio, verified by reading the end. Rejects with MediaFailureError if the
 * file is truncated.
 */
export async function verifyDuration(
  program: string,
  media: DescribedFile,
  signal: AbortSignal,
): Promise<number> {
  const { format, originUs } = media;
  const statedMs = format.durationMs;
  if (statedMs === undefined)
    return toFinalDuration(statedMs, await findLastPacketEndMs(program, media, 0, 'shown', signal));
  const minDurationMs = toMinDuration(statedMs, format.demuxer, originUs);
  let lastPacketEndMs = await findLastPacketEndMs(program, media, minDurationMs - 2000, 'shown', signal);
  if (isCutShort(lastPacketEndMs, minDurationMs)) {
    lastPacketEndMs = await findLastPacketEndMs(program, media, 0, 'shown', signal);
    // The longest track may be neither video nor audio.
    const longestTrackEndMs = isCutShort(lastPacketEndMs, minDurationMs)
      ? await findLastPacketEndMs(program, media, 0, 'all', signal)
      : lastPacketEndMs;
    if (isCutShort(longestTrackEndMs, minDurationMs))
      throw mediaFailures.cutEnd(longestTrackEndMs, minDurationMs);
  }
  return toFinalDuration(statedMs, lastPacketEndMs);
}

/** Difference from the stated duration that several clocks in a file make at least, ms. */
const MIN_JOINED_DIFFERENCE_MS = 1000;
/** ffmpeg does not say where a clock starts again. */
const UNKNOWN_JUMP: ClockJump = { track: 0, fromByte: -1, offsetMs: 0 };

/** Returns the duration of a file whose clock starts again, undefined if it has one clock. Reads the whole file. */
async function findJoinedDuration(
  program: string,
  media: DescribedFile,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { format } = media;
  if (!FREE_CLOCK_DEMUXERS.includes(format.demuxer) || format.durationMs === undefined) return undefined;
  const joinedMedia = { ...media, originUs: 0, hasSeveralClocks: true };
  const joinedMs = await findLastPacketEndMs(program, joinedMedia, 0, 'shown', signal);
  // These containers state no length that a file could fall short of.
  return Math.abs(joinedMs - format.durationMs) > MIN_JOINED_DIFFERENCE_MS ? Math.round(joinedMs) : undefined;
}

/** Reads the container's properties. Rejects with MediaFailureError. */
export async function probeWithFfmpeg(program: string, uri: Uri, signal: AbortSignal): Promise<MediaProbe> {
  const media = await describeFile(program, uri, signal);
  try {
    const { format, originUs } = media;
    if (!media.video && !media.audio) throw mediaFailures.notMedia();
    const joinedMs = await findJoinedDuration(program, media, signal);
    const durationMs = joinedMs ?? (await verifyDuration(program, media, signal));
    return {
      container: findContainerName(format.demuxer, media.file.name),
      durationMs,
      startMs: Math.round(originUs / 1000) || undefined,
      clockJumps: joinedMs === undefined ? undefined : [UNKNOWN_JUMP],
      streams: format.streams
        .map((stream) => toStreamInfo(stream, media))
        .filter((info) => info !== undefined),
      chapters: clampChapters(format.chapters, originUs, durationMs),
      title: findTitleTag(format.tags),
      recorded: findRecordedTag(format.tags),
      device: findDeviceTag(format.tags),
      pageUrl: findPageTag(format.tags),
    };
  } finally {
    await media.file.close();
  }
}
