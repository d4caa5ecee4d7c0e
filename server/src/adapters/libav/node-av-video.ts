import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { avGetCodecName, Codec, CodecContext, Frame, type Packet, type Stream } from 'node-av/lib';
import { mediaFailures } from './failures.ts';
import { MAX_DECODED_PIXELS } from './limits.ts';
import { findFrameRate, toTimeMs } from './node-av-open.ts';

/** Frames that the decoder skips: none, or non-reference frames. */
export type DecoderSkip = 'default' | 'noref';

/** Maximum number of damaged frames in a row that are skipped. */
const MAX_DAMAGED_FRAMES = 64;

/** Decodes packets of one video track into frames. The next call reuses the returned frame. */
export interface VideoDecoder {
  readonly stream: Stream;
  /** True while no packet has had a time stamp. Frames are then counted, so none may be skipped or sought. */
  readonly isUntimed: boolean;
  /** Number of packets and frames so far that could not be decoded, or only in part. */
  readonly damagedPackets: number;
  setSkip(mode: DecoderSkip): void;
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
  let skipMode: DecoderSkip = 'default';
  /** Without time stamps in packets and frames, frames follow one another at the track's rate. */
  const frameMs = 1000 / (findFrameRate(stream) ?? 25);
  let lastMs = -frameMs;
  let isUntimed = true;
  let damagedPackets = 0;
  const setSkip = (mode: DecoderSkip) => {
    if (mode === skipMode) return;
    skipMode = mode;
    context.setOption('skip_frame', mode);
  };
  return {
    stream,
    get isUntimed() {
      return isUntimed;
    },
    get damagedPackets() {
      return damagedPackets;
    },
    setSkip,
    send(packet) {
      isUntimed &&= packet?.pts === AV_NOPTS_VALUE && packet.dts === AV_NOPTS_VALUE;
      if (isUntimed) setSkip('default');
      const code = context.sendPacketSync(packet);
      if (code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF) damagedPackets += 1;
    },
    receive() {
      frame.unref();
      for (let attempt = 0; attempt < MAX_DAMAGED_FRAMES; attempt += 1) {
        const code = context.receiveFrameSync(frame);
        if (code >= 0) {
          if (frame.decodeErrorFlags !== 0) damagedPackets += 1;
          const stamp = frame.bestEffortTimestamp === AV_NOPTS_VALUE ? frame.pts : frame.bestEffortTimestamp;
          lastMs = toTimeMs(stamp, stream, originUs) ?? lastMs + frameMs;
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
      lastMs = -frameMs;
    },
    close() {
      frame.free();
      context.freeContext();
    },
  };
}
