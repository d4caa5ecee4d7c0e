import { Buffer } from 'node:buffer';
import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CHANNEL_ORDER_UNSPEC,
  AV_SAMPLE_FMT_FLT,
  AVERROR_EAGAIN,
  AVERROR_EOF,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  type ChannelLayout,
  Codec,
  CodecContext,
  Frame,
  type Packet,
  SoftwareResampleContext,
  type Stream,
} from 'node-av/lib';
import { toTimeMs } from './node-av-open.ts';

/** Sample rate of all decoded sound, Hz. */
export const DECODED_SAMPLE_RATE_HZ = 16_000;

const MONO: ChannelLayout = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n };

export interface AudioDecoder {
  /** Number of packets so far that could not be decoded. */
  readonly damagedPackets: number;
  /** Sends a packet to the decoder. Null marks the end of the input. */
  send(packet: Packet | null): void;
  /** Returns the next frame as 16 kHz mono with its time (ms, not rounded; undefined if it has none). */
  receive(): { readonly samples: Float32Array; readonly timeMs: number | undefined } | undefined;
  close(): void;
}

/** Identifies the format that a resampler was created for. */
function toFormatKey(frame: Frame): string {
  return `${frame.format} ${frame.sampleRate} ${frame.channels} ${frame.channelLayout.mask}`;
}

/** Opens the decoder of an audio track. Returns undefined if its codec has no decoder. */
export function openAudioDecoder(stream: Stream, originUs: number): AudioDecoder | undefined {
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
  let resampleContext: SoftwareResampleContext | undefined;
  let formatKey = '';
  let outputBuffer = Buffer.alloc(0);
  let damagedPackets = 0;
  const isDamage = (code: number) => code < 0 && code !== AVERROR_EAGAIN && code !== AVERROR_EOF;

  const prepareResampler = (): SoftwareResampleContext | undefined => {
    const key = toFormatKey(frame);
    if (resampleContext && key === formatKey) return resampleContext;
    resampleContext?.free();
    const frameLayout = frame.channelLayout;
    const layout =
      frameLayout.order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(frame.channels) : frameLayout;
    resampleContext = new SoftwareResampleContext();
    formatKey = key;
    const code = resampleContext.allocSetOpts2(
      MONO,
      AV_SAMPLE_FMT_FLT,
      DECODED_SAMPLE_RATE_HZ,
      layout,
      frame.format as typeof AV_SAMPLE_FMT_FLT,
      frame.sampleRate,
    );
    if (code < 0 || resampleContext.init() < 0) {
      resampleContext.free();
      resampleContext = undefined;
    }
    return resampleContext;
  };

  return {
    get damagedPackets() {
      return damagedPackets;
    },
    send(packet) {
      if (isDamage(context.sendPacketSync(packet))) damagedPackets += 1;
    },
    receive() {
      frame.unref();
      const code = context.receiveFrameSync(frame);
      if (isDamage(code)) damagedPackets += 1;
      if (code < 0) return undefined;
      const timeMs = toTimeMs(frame.pts, stream, originUs);
      const planes = frame.extendedData ?? frame.data;
      const resampler = planes ? prepareResampler() : undefined;
      if (!resampler || !planes) return { samples: new Float32Array(0), timeMs };
      const maxSamples = resampler.getOutSamples(frame.nbSamples) + 32;
      if (outputBuffer.length < maxSamples * 4) outputBuffer = Buffer.alloc(maxSamples * 4);
      const count = Math.max(0, resampler.convertSync([outputBuffer], maxSamples, planes, frame.nbSamples));
      const samples = new Float32Array(count);
      new Uint8Array(samples.buffer).set(outputBuffer.subarray(0, count * 4));
      return { samples, timeMs };
    },
    close() {
      resampleContext?.free();
      frame.free();
      context.freeContext();
    },
  };
}
