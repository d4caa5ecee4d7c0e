import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { avGetCodecName, Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { mediaFailures } from './failures.ts';
import { MAX_DECODED_PIXELS } from './limits.ts';
import { frameRateOf, toTimeMs } from './node-av-open.ts';

/** What the decoder may leave out: nothing, or the pictures that no other picture needs. */
export type DecoderSkip = 'default' | 'noref';

/** Damaged frames in a row for which one more is asked for. */
const DAMAGED_MOST = 64;

/** Turns packets of one video track into frames. The frame handed out is reused by the next call. */
export interface VideoDecoder {
  readonly stream: Stream;
  /** No packet had a time stamp yet: frames are counted, so none is left out and none can be sought. */
  readonly untimed: boolean;
  skip(what: DecoderSkip): void;
  /** Null: nothing more comes. A packet that cannot be decoded is left out. */
  send(packet: Packet | null): void;
  /** The next frame with its time (ms, not rounded), or undefined where it needs another packet. */
  receive(): { readonly frame: Frame; readonly timeMs: number } | undefined;
  /** After a seek. */
  flush(): void;
  close(): void;
}

/** Opens the decoder of a video track, on one thread where it is not said otherwise. Throws a FailureError where there is none. */
export function openVideoDecoder(stream: Stream, originUs: number, threads = 1): VideoDecoder {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const name = avGetCodecName(stream.codecpar.codecId) ?? 'unknown';
  if (!codec) throw mediaFailures.unsupportedCodec(name);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = threads;
  context.setOption('max_pixels', MAX_DECODED_PIXELS);
  if (context.open2Sync(codec, null) < 0) {
    context.freeContext();
    throw mediaFailures.unsupportedCodec(name);
  }
  const frame = new Frame();
  frame.alloc();
  let skipping: DecoderSkip = 'default';
  /** Where neither packets nor frames have time stamps, frames follow each other at the track's rate. */
  const stepMs = 1000 / (frameRateOf(stream) ?? 25);
  let lastMs = -stepMs;
  let untimed = true;
  const skip = (what: DecoderSkip) => {
    if (what === skipping) return;
    skipping = what;
    context.setOption('skip_frame', what);
  };
  return {
    stream,
    get untimed() {
      return untimed;
    },
    skip,
    send(packet) {
      untimed &&= packet?.pts === AV_NOPTS_VALUE && packet.dts === AV_NOPTS_VALUE;
      if (untimed) skip('default');
      context.sendPacketSync(packet);
    },
    receive() {
      frame.unref();
      for (let tries = 0; tries < DAMAGED_MOST; tries += 1) {
        const code = context.receiveFrameSync(frame);
        if (code >= 0) {
          const stamp = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
          lastMs = toTimeMs(stamp, stream, originUs) ?? lastMs + stepMs;
          return { frame, timeMs: lastMs };
        }
        // Damage is reported once for each frame; what comes after it may be well.
        if (code === AVERROR_EOF || code === AVERROR_EAGAIN) return undefined;
      }
      return undefined;
    },
    flush() {
      context.flushBuffers();
      lastMs = -stepMs;
    },
    close() {
      frame.free();
      context.freeContext();
    },
  };
}
