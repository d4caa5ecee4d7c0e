import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { toTimeMs } from './node-av-open.ts';

/** Maximum number of damaged frames in a row that are skipped. */
const MAX_DAMAGED_FRAMES = 64;

/**
 * Decodes packets of one audio track into frames without conversion. The next call reuses the returned frame.
 */
export interface SoundDecoder {
  /** Number of packets so far that could not be decoded. */
  readonly damagedPackets: number;
  /** Sends a packet to the decoder. Null marks the end of the input. */
  send(packet: Packet | null): void;
  /** Returns the next frame with its time, ms, not rounded. A frame without a time follows the previous one. */
  receive(): { readonly frame: Frame; readonly timeMs: number } | undefined;
  close(): void;
}

const isDamage = (code: number) => code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF;

/** Opens the decoder of an audio track. Returns undefined if its codec has no decoder. */
export function openSoundDecoder(stream: Stream, originUs: number): SoundDecoder | undefined {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (!codec) return undefined;
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = 1;
  if (context.open2Sync(codec, null) < 0) {
    context.freeContext();
    return undefined;
  }
  const frame = new Frame();
  frame.alloc();
  let nextMs = 0;
  let damagedPackets = 0;
  return {
    get damagedPackets() {
      return damagedPackets;
    },
    send(packet) {
      if (isDamage(context.sendPacketSync(packet))) damagedPackets += 1;
    },
    receive() {
      frame.unref();
      for (let attempt = 0; attempt < MAX_DAMAGED_FRAMES; attempt += 1) {
        const code = context.receiveFrameSync(frame);
        if (code >= 0) {
          const timeMs = toTimeMs(frame.pts, stream, originUs) ?? nextMs;
          nextMs = timeMs + (frame.nbSamples * 1000) / Math.max(1, frame.sampleRate);
          return { frame, timeMs };
        }
        if (!isDamage(code)) return undefined;
        damagedPackets += 1;
      }
      return undefined;
    },
    close() {
      frame.free();
      context.freeContext();
    },
  };
}
