import {
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AVDISCARD_ALL,
  AVDISCARD_DEFAULT,
  AVERROR_EOF,
} from 'node-av/constants';
import { FFmpegError, FormatContext, Log, type Packet, PosixError, type Stream } from 'node-av/lib';
import type { Ms, Uri } from '../../core/domain/time-range.ts';
import type { ClockJump } from '../../core/domain/video.ts';
import { createMediaClock, type MediaClock } from '../../core/media/media-clock.ts';
import type { TrackSelection } from '../../core/media/track-selection.ts';
import type { MediaHints } from '../../ports/decoder.ts';
import { mediaFailures } from './failures.ts';
import {
  ALLOWED_DEMUXERS,
  ALLOWED_PROTOCOLS,
  MAX_DECODED_PIXELS,
  MAX_FRAMES_PER_SECOND,
  toOriginUs,
} from './limits.ts';
import { type MediaFile, openMediaFile } from './media-file.ts';
import { type RankedTracks, rankTracks } from './node-av-tracks.ts';

/** An opened container. Times are relative to `originUs`. */
export interface OpenMedia {
  readonly file: MediaFile;
  readonly format: FormatContext;
  readonly streams: readonly Stream[];
  readonly originUs: number;
  /** The video track that a player would show. Cover art is not a video track. */
  readonly video: Stream | undefined;
  readonly audio: Stream | undefined;
  /** Tracks of each kind, in the order in which players prefer them. */
  readonly rankedTracks: RankedTracks;
  /** Reads the next packet, with its times on one clock. Returns false at the end. */
  read(packet: Packet): boolean;
  /** The clock of a file that contains several; undefined for most files. */
  readonly clock: MediaClock | undefined;
  /** False if libav only guesses the length from the bit rate, which is not reliable. */
  readonly statesLength: boolean;
  close(): Promise<void>;
}

/**
 * Converts a time stamp to ms from the first shown moment, not rounded. Returns undefined without a time
 * stamp.
 */
export function toTimeMs(stamp: bigint, stream: Stream, originUs: number): number | undefined {
  if (stamp === AV_NOPTS_VALUE) return undefined;
  const { num, den } = stream.timeBase;
  return (Number(stamp) * num * 1000) / den - originUs / 1000;
}

/** Time units per second that libav assigns to pictures without a container. */
const RAW_TICKS_PER_SECOND = 1_200_000;

/** Returns the average frame rate, frames per second, or undefined if the file does not state one. */
export function findFrameRate({ avgFrameRate, rFrameRate, codecpar, timeBase }: Stream): number | undefined {
  // Without a container only the codec knows the rate; libav assumes 25.
  const rawRates = timeBase.den === RAW_TICKS_PER_SECOND ? [codecpar.frameRate] : [];
  // Some demuxers state the ticks of their clock as the rate.
  const rate = [...rawRates, avgFrameRate, rFrameRate].find(
    ({ num, den }) => num > 0 && den > 0 && num / den <= MAX_FRAMES_PER_SECOND,
  );
  return rate && rate.num / rate.den;
}

/** Converts a time to a time stamp in a stream's units. */
export function toTimeStamp(timeMs: Ms, stream: Stream, originUs: number): bigint {
  const { num, den } = stream.timeBase;
  return BigInt(Math.round(((timeMs + originUs / 1000) * den) / (num * 1000)));
}

/** Makes the demuxer skip every other track. */
export function discardOtherTracks(media: OpenMedia, keptStreams: readonly (Stream | undefined)[]): void {
  for (const stream of media.streams) {
    stream.discard = keptStreams.some((keptStream) => keptStream?.index === stream.index)
      ? AVDISCARD_DEFAULT
      : AVDISCARD_ALL;
  }
}

/** Returns the tracks to read: the selected ones, otherwise those that players choose. */
function selectTracks(rankedTracks: RankedTracks, selection: TrackSelection = {}) {
  const select = (tracks: readonly Stream[], selected: number | undefined) =>
    tracks.find(({ index }) => index === selected) ?? tracks[0];
  return {
    rankedTracks,
    video: select(rankedTracks.video, selection.video),
    audio: select(rankedTracks.audio, selection.audio),
  };
}

/** Moves the times of a packet to the clock of the whole file. */
function moveToClock(packet: Packet, stream: Stream | undefined, clock: MediaClock): void {
  if (stream === undefined) return;
  const offsetMs = clock.offsetMs(packet.streamIndex, Number(packet.pos));
  const ticks = BigInt(Math.round((offsetMs * stream.timeBase.den) / (stream.timeBase.num * 1000)));
  if (packet.pts !== AV_NOPTS_VALUE) packet.pts += ticks;
  if (packet.dts !== AV_NOPTS_VALUE) packet.dts += ticks;
}

/** Returns the clock of a file. Jumps without a place, which the ffmpeg command finds, are of no use here. */
function createClock(jumps: readonly ClockJump[] = []): MediaClock | undefined {
  return jumps.length > 0 && jumps.every(({ fromByte }) => fromByte >= 0)
    ? createMediaClock(jumps)
    : undefined;
}

function assertDecodableSize(streams: readonly Stream[]): void {
  for (const { codecpar } of streams) {
    if (codecpar.width * codecpar.height > MAX_DECODED_PIXELS)
      throw mediaFailures.tooLarge(codecpar.width, codecpar.height);
  }
}

/**
 * Opens the demuxer. Options go through setOption(), because the wrapper frees a Dictionary consumed by libav
 * twice.
 */
function openFormat(file: MediaFile): FormatContext {
  const format = new FormatContext();
  format.allocContext();
  format.setOption('protocol_whitelist', ALLOWED_PROTOCOLS);
  format.setOption('format_whitelist', ALLOWED_DEMUXERS);
  const code = format.openInputSync(file.url);
  if (code >= 0) return format;
  if (code === FFmpegError.AVERROR(PosixError.EIO))
    throw mediaFailures.unreadable(FFmpegError.strerror(code));
  throw file.isContainer ? mediaFailures.cutStart() : mediaFailures.notMedia();
}

/**
 * Returns whether the file states its length. Call it before libav reads packets, because libav then fills in
 * a guess. Program and transport streams state it through the times of their last packets.
 */
function hasStatedLength({ duration, streams, iformat }: FormatContext): boolean {
  const statedLengths = [duration, ...streams.map((stream) => stream.duration)];
  return /^(?:mpeg|mpegts)$/.test(iformat?.name ?? '') || statedLengths.some((length) => length > 0n);
}

/** Opens a media file and reads its tracks. Rejects with MediaFailureError. */
export async function openMedia(uri: Uri, hints?: MediaHints): Promise<OpenMedia> {
  Log.setLevel(AV_LOG_QUIET);
  const file = await openMediaFile(uri);
  let format: FormatContext | undefined;
  try {
    format = openFormat(file);
    assertDecodableSize(format.streams);
    const statesLength = hasStatedLength(format);
    const code = format.findStreamInfoSync();
    if (code < 0 && code !== AVERROR_EOF) throw mediaFailures.notMedia();
    const streams = format.streams;
    assertDecodableSize(streams);
    const formatContext = format;
    const clock = createClock(hints?.clockJumps);
    return {
      file,
      format,
      streams,
      originUs: format.startTime === AV_NOPTS_VALUE ? 0 : toOriginUs(Number(format.startTime)),
      ...selectTracks(
        rankTracks(streams, () => openFormat(file)),
        hints?.tracks,
      ),
      statesLength,
      clock,
      read(packet) {
        if (formatContext.readFrameSync(packet) < 0) return false;
        if (clock) moveToClock(packet, streams[packet.streamIndex], clock);
        return true;
      },
      async close() {
        formatContext.closeInputSync();
        await file.close();
      },
    };
  } catch (error) {
    format?.closeInputSync();
    await file.close();
    throw error;
  }
}
