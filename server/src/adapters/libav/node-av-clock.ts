import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import type { ClockJump } from '../../core/domain/video.ts';
import { createJumpFinder, hasUnevenTimes } from '../../core/media/media-clock.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { findSegmentEnd } from './matroska-end.ts';
import { type OpenMedia, toTimeMs } from './node-av-open.ts';
import { findTimeAtByte, seekToBeginning } from './node-av-seek.ts';
import { isCover } from './node-av-tracks.ts';

/** Size up to which a file that may contain several clocks is read whole, bytes. Larger ones are sampled first. */
const MAX_UNSAMPLED_BYTES = 64 * 1024 * 1024;
/** Distance of the samples, bytes: about half a minute of broadcast video. */
const SAMPLE_DISTANCE_BYTES = 16 * 1024 * 1024;
const MAX_SAMPLES = 512;

const demuxerOf = ({ format }: OpenMedia) => format.iformat?.name ?? '';

/** Containers whose times may start anywhere, and so contain forward jumps. */
const hasFreeClock = (media: OpenMedia) => /^(?:mpeg|mpegts|flv)$/.test(demuxerOf(media));

/** Returns whether a track has packets all the time, unlike subtitles and covers. */
const isContinuous = (stream: Stream) =>
  stream.codecpar.codecType === AVMEDIA_TYPE_AUDIO ||
  (stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO && !isCover(stream));

/** End times of the last packets, ms. */
export interface TrackEnds {
  /** Of video and audio. */
  readonly chosenTracksEndMs: number;
  /** Of all tracks that the demuxer does not skip. */
  readonly allTracksEndMs: number;
  /** Jumps of the clock; right only if all packets were read. */
  readonly clockJumps: readonly ClockJump[];
}

/** Reads the packets from the current position to the end. */
export async function findTrackEnds(media: OpenMedia, signal: AbortSignal): Promise<TrackEnds> {
  const packet = new Packet();
  packet.alloc();
  const finder = createJumpFinder({ skipsGaps: hasFreeClock(media) });
  let chosenTracksEndMs = 0;
  let allTracksEndMs = 0;
  const yieldToEventLoop = createAbortableYield(signal);
  try {
    while (media.read(packet)) {
      const stream = media.streams[packet.streamIndex];
      if (stream) {
        const decodedMs = toTimeMs(packet.dts, stream, media.originUs);
        const shownMs = toTimeMs(packet.pts, stream, media.originUs) ?? decodedMs;
        const decodedEndMs = finder.add({
          track: stream.index,
          // Decoding times rise; times at which pictures are shown do not.
          timeMs: decodedMs ?? shownMs,
          durationMs: (Number(packet.duration) * stream.timeBase.num * 1000) / stream.timeBase.den,
          byte: Number(packet.pos),
          isSparse: !isContinuous(stream),
        });
        const endMs = decodedEndMs + (shownMs ?? 0) - (decodedMs ?? shownMs ?? 0);
        allTracksEndMs = Math.max(allTracksEndMs, endMs);
        if ([media.video?.index, media.audio?.index].includes(stream.index))
          chosenTracksEndMs = Math.max(chosenTracksEndMs, endMs);
      }
      packet.unref();
      const pendingYield = yieldToEventLoop();
      if (pendingYield) await pendingYield;
    }
    return { chosenTracksEndMs, allTracksEndMs, clockJumps: finder.jumps };
  } finally {
    packet.free();
  }
}

/** Returns whether a file may contain several clocks, so that it is worth reading whole. Moves the demuxer. */
export async function mayHaveSeveralClocks(media: OpenMedia, signal: AbortSignal): Promise<boolean> {
  const { file, video, audio } = media;
  // Recorders of radio streams begin a new recording for each title. The end of the file states the length of the last one.
  if (demuxerOf(media) === 'ogg') return video === undefined || file.bytes <= MAX_UNSAMPLED_BYTES;
  if (/^matroska/.test(demuxerOf(media))) return (findSegmentEnd(file.head) ?? file.bytes) < file.bytes;
  if (!hasFreeClock(media)) return false;
  if (file.bytes <= MAX_UNSAMPLED_BYTES || demuxerOf(media) === 'flv') return true;
  const stream = video ?? audio;
  if (!stream) return false;
  const count = Math.min(MAX_SAMPLES, Math.floor(file.bytes / SAMPLE_DISTANCE_BYTES));
  const timesMs: number[] = [];
  const yieldToEventLoop = createAbortableYield(signal);
  for (let at = 0; at < count; at += 1) {
    const timeMs = findTimeAtByte(media, stream, Math.floor((at * file.bytes) / count));
    if (timeMs !== undefined) timesMs.push(timeMs);
    await yieldToEventLoop();
  }
  seekToBeginning(media);
  return hasUnevenTimes(timesMs);
}
