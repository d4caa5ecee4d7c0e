import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { avGetCodecName, Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { mediaFailures } from './failures.ts';
import { MAX_DECODED_PIXELS } from './limits.ts';
import { frameRateOf, toTimeMs } from './node-av-open.ts';

/** Frames that the decoder skips: none, or non-reference frames. */
export type DecoderSkip = 'default' | 'noref';

/** Maximum number of damaged frames in a row that are skipped. */
const DAMAGED_MOST = 64;

/** Decodes packets of one video track into frames. The next call reuses the returned frame. */
export interface VideoDecoder {
  readonly stream: Stream;
  /** True while no packet has had a time stamp. Frames are then counted, so none may be skipped or sought. */
  readonly untimed: boolean;
  /** Number of packets and frames so far that could not be decoded, or only in part. */
  readonly damagedPackets: number;
  skip(what: DecoderSkip): void;
  /** Sends a packet to the decoder. Null marks the end of the input. A packet that cannot be decoded is skipped. */
  send(packet: Packet | null): void;
  /** Returns the next frame with its time (ms, not rounded), or undefined if it needs another packet. */
  receive(): { readonly frame: Frame; readonly timeMs: number } | undefined;
  /** Call after a seek. */
  flush(): void;
  close(): void;
}

/** Opens the decoder of a video track. Throws MediaFailureError if its codec has no decoder. */
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
  /** Without time stamps in packets and frames, frames follow one another at the track's rate. */
  const stepMs = 1000 / (frameRateOf(stream) ?? 25);
  let lastMs = -stepMs;
  let untimed = true;
  let damagedPackets = 0;
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
    get damagedPackets() {
      return damagedPackets;
    },
    skip,
    send(packet) {
      untimed &&= packet?.pts === AV_NOPTS_VALUE && packet.dts === AV_NOPTS_VALUE;
      if (untimed) skip('default');
      const code = context.sendPacketSync(packet);
      if (code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF) damagedPackets += 1;
    },
    receive() {
      frame.unref();
      for (let tries = 0; tries < DAMAGED_MOST; tries += 1) {
        const code = context.receiveFrameSync(frame);
        if (code >= 0) {
          if (frame.decodeErrorFlags !== 0) damagedPackets += 1;
          const stamp = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
          lastMs = toTimeMs(stamp, stream, originUs) ?? lastMs + stepMs;
          return { frame, timeMs: lastMs };
        }
        if (code === AVERROR_EOF || code === AVERROR_EAGAIN) return undefined;
        // Damage is reported once per frame; the frames after it may be intact.
        damagedPackets += 1;
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
