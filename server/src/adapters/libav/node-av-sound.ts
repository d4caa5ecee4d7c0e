import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { toTimeMs } from './node-av-open.ts';

/** Damaged frames in a row for which one more is asked for. */
const DAMAGED_MOST = 64;

/** Turns packets of one sound track into frames as they are. The frame handed out is reused by the next call. */
export interface SoundDecoder {
  /** Null: nothing more comes. */
  send(packet: Packet | null): void;
  /** Its time in ms, not rounded. */
  receive(): { readonly frame: Frame; readonly timeMs: number } | undefined;
  close(): void;
}

/** Opens the decoder of a sound track, or returns undefined where there is none for its codec. */
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
  /** Where a frame has no time it follows the last. */
  let nextMs = 0;
  return {
    send(packet) {
      context.sendPacketSync(packet);
    },
    receive() {
      frame.unref();
      for (let tries = 0; tries < DAMAGED_MOST; tries += 1) {
        const code = context.receiveFrameSync(frame);
        if (code >= 0) {
          const timeMs = toTimeMs(frame.pts, stream, originUs) ?? nextMs;
          nextMs = timeMs + (frame.nbSamples * 1000) / Math.max(1, frame.sampleRate);
          return { frame, timeMs };
        }
        if (code === AVERROR_EOF || code === AVERROR_EAGAIN) return undefined;
      }
      return undefined;
    },
    close() {
      frame.free();
      context.freeContext();
    },
  };
}
