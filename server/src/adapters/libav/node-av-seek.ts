import { AV_NOPTS_VALUE, AVSEEK_FLAG_BACKWARD, AVSEEK_FLAG_BYTE } from 'node-av/constants';
import { Packet, type Stream } from 'node-av/lib';
import type { Ms } from '../../core/domain/time-range.ts';
import { type OpenMedia, toTimeMs, toTimeStamp } from './node-av-open.ts';

/** Sound that decoders need before the requested time, ms. */
const WARM_UP_MS = 200;

/** Returns when a packet is shown, or decoded if it has no presentation time. ms, not rounded. */
export function findPacketTimeMs(packet: Packet, stream: Stream, originUs: number): number | undefined {
  return toTimeMs(packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts, stream, originUs);
}

/** Seeks to the very beginning. Returns false if the demuxer cannot. */
export function seekToBeginning({ format, originUs }: OpenMedia): boolean {
  // Transport streams find times by sampling packets, and may land after the first key frame. Pictures
  // without a container have no times.
  const seeksByByte = /^(?:mpeg|h264|hevc|m4v)/.test(format.iformat?.name ?? '');
  const code = seeksByByte
    ? format.seekFrameSync(-1, 0n, AVSEEK_FLAG_BYTE)
    : format.seekFrameSync(-1, BigInt(originUs), AVSEEK_FLAG_BACKWARD);
  return code >= 0;
}

/** Returns the time of a track's next key frame, ms. Leaves the demuxer after it. */
function findNextKeyFrameMs(media: OpenMedia, stream: Stream): number | undefined {
  const packet = new Packet();
  packet.alloc();
  try {
    while (media.format.readFrameSync(packet) >= 0) {
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
export function seekToKeyFrameBefore(media: OpenMedia, timeMs: Ms): Ms {
  const { video, audio, format, originUs } = media;
  const seekStream = (stream: Stream, toMs: number) =>
    format.seekFrameSync(
      stream.index,
      toTimeStamp(Math.max(0, toMs), stream, originUs),
      AVSEEK_FLAG_BACKWARD,
    );
  if (video === undefined) {
    if (audio !== undefined && timeMs > WARM_UP_MS) seekStream(audio, timeMs - WARM_UP_MS);
    return 0;
  }
  for (let backMs = 0; timeMs - backMs > 0; backMs = Math.max(1000, backMs * 4)) {
    if (seekStream(video, timeMs - backMs) < 0) break;
    const keyFrameMs = findNextKeyFrameMs(media, video);
    if (keyFrameMs !== undefined && keyFrameMs <= timeMs + 0.5) {
      seekStream(video, timeMs - backMs);
      return Math.max(0, keyFrameMs);
    }
  }
  seekToBeginning(media);
  const firstKeyFrameMs = findNextKeyFrameMs(media, video);
  seekToBeginning(media);
  return Math.max(0, firstKeyFrameMs ?? 0);
}
