import { AV_NOPTS_VALUE, AVSEEK_FLAG_BACKWARD, AVSEEK_FLAG_BYTE } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import type { Ms } from '../../core/domain/time-range.ts';
import { createAbortableYield } from './abortable-yield.ts';
import { type OpenMedia, toTimeMs, toTimeStamp } from './node-av-open.ts';

/** Sound that decoders need before the requested time, ms. */
const WARM_UP_MS = 200;

/** Returns when a packet is shown, or decoded if it has no presentation time. ms, not rounded. */
export function findPacketTimeMs(packet: Packet, stream: Stream, originUs: number): number | undefined {
  return toTimeMs(packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts, stream, originUs);
}

/** Returns whether the demuxer finds packets from any position in the file on. */
const canSeekByByte = ({ format }: OpenMedia) => /^mpeg(?:ts)?$/.test(format.iformat?.name ?? '');

/** Seeks to the very beginning. Returns false if the demuxer cannot. */
export function seekToBeginning(media: OpenMedia): boolean {
  const { format, originUs, clock } = media;
  // Several packets have the container's first time.
  if (clock && !canSeekByByte(media)) return false;
  clock?.moveTo(0);
  // Transport streams find times by sampling packets, and may land after the first key frame. Pictures
  // without a container have no times.
  const seeksByByte = /^(?:mpeg|h264|hevc|m4v)/.test(format.iformat?.name ?? '');
  const code = seeksByByte
    ? format.seekFrameSync(-1, 0n, AVSEEK_FLAG_BYTE)
    : format.seekFrameSync(-1, BigInt(originUs), AVSEEK_FLAG_BACKWARD);
  return code >= 0;
}

/** Number of packets after a position among which one of a track is found. */
const MAX_PACKETS_TO_TRACK = 3000;
/** Distance at which halving a file ends, bytes. */
const MIN_BISECTED_BYTES = 64 * 1024;

function seekToByte({ format, clock }: OpenMedia, byte: number): boolean {
  clock?.moveTo(byte);
  return format.seekFrameSync(-1, BigInt(byte), AVSEEK_FLAG_BYTE) >= 0;
}

/** Returns the time of the next packet of a track after a position, ms. Undefined if there is none. */
export function findTimeAtByte(media: OpenMedia, stream: Stream, byte: number): number | undefined {
  if (!seekToByte(media, byte)) return undefined;
  const packet = new Packet();
  packet.alloc();
  try {
    for (let count = 0; count < MAX_PACKETS_TO_TRACK && media.read(packet); count += 1) {
      // Parts of a packet that began before the position have no place, and so no certain clock.
      const isPlaced = packet.streamIndex === stream.index && packet.pos >= byte;
      const timeMs = isPlaced ? findPacketTimeMs(packet, stream, media.originUs) : undefined;
      packet.unref();
      if (timeMs !== undefined) return timeMs;
    }
    return undefined;
  } finally {
    packet.free();
  }
}

/** Seeks by halving the file, because the times of a container with several clocks lead nowhere. */
async function seekByHalving(
  media: OpenMedia,
  stream: Stream,
  timeMs: Ms,
  signal: AbortSignal,
): Promise<boolean> {
  const yieldToEventLoop = createAbortableYield(signal);
  let startByte = 0;
  let endByte = media.file.bytes;
  while (endByte - startByte > MIN_BISECTED_BYTES) {
    const middleByte = Math.floor((startByte + endByte) / 2);
    const middleMs = findTimeAtByte(media, stream, middleByte);
    if (middleMs !== undefined && middleMs <= timeMs) startByte = middleByte;
    else endByte = middleByte;
    await yieldToEventLoop();
  }
  return seekToByte(media, startByte);
}

/** Seeks to a place at or before a time. Returns false if only reading from the beginning leads there. */
export async function seekBefore(
  media: OpenMedia,
  stream: Stream,
  timeMs: Ms,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock, format, originUs } = media;
  if (clock) return canSeekByByte(media) && (await seekByHalving(media, stream, timeMs, signal));
  return format.seekFrameSync(stream.index, toTimeStamp(timeMs, stream, originUs), AVSEEK_FLAG_BACKWARD) >= 0;
}

/** Returns the time of a track's next key frame, ms. Leaves the demuxer after it. */
function findNextKeyFrameMs(media: OpenMedia, stream: Stream): number | undefined {
  const packet = new Packet();
  packet.alloc();
  try {
    while (media.read(packet)) {
      const time = findPacketTimeMs(packet, stream, media.originUs);
      const isKeyFrame = packet.streamIndex === stream.index && packet.isKeyframe && time !== undefined;
      packet.unref();
      if (isKeyFrame) return time;
    }
    return undefined;
  } finally {
    packet.free();
  }
}

/**
 * Seeks to the last key frame at or before a time, as precisely as the container allows. Goes back further if
 * the index leads past the time. Returns the time of that frame, or 0 without a video track.
 */
export async function seekToKeyFrameBefore(media: OpenMedia, timeMs: Ms, signal: AbortSignal): Promise<Ms> {
  const { video, audio } = media;
  if (video === undefined) {
    if (audio !== undefined && timeMs > WARM_UP_MS)
      await seekBefore(media, audio, timeMs - WARM_UP_MS, signal);
    return 0;
  }
  for (let backMs = 0; timeMs - backMs > 0; backMs = Math.max(1000, backMs * 4)) {
    if (!(await seekBefore(media, video, timeMs - backMs, signal))) break;
    const keyFrameMs = findNextKeyFrameMs(media, video);
    if (keyFrameMs !== undefined && keyFrameMs <= timeMs + 0.5) {
      await seekBefore(media, video, timeMs - backMs, signal);
      return Math.max(0, keyFrameMs);
    }
  }
  if (!seekToBeginning(media)) return 0;
  const firstKeyFrameMs = findNextKeyFrameMs(media, video);
  seekToBeginning(media);
  return Math.max(0, firstKeyFrameMs ?? 0);
}
