import { Buffer } from 'node:buffer';
import { AV_CHANNEL_ORDER_NATIVE, AV_CHANNEL_ORDER_UNSPEC, AV_SAMPLE_FMT_FLT } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  type ChannelLayout,
  type Frame,
  type Packet,
  SoftwareResampleContext,
  type Stream,
} from 'node-av/lib';
import { createChannelMixer, type MixedSound, splitChannels } from '../../core/media/mix-channels.ts';
import { openSoundDecoder } from './node-av-sound.ts';

/** Sample rate of all decoded sound, Hz. */
export const DECODED_SAMPLE_RATE_HZ = 16_000;

const MONO: ChannelLayout = { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n };

/** Decodes an audio track to 16 kHz mono. */
export interface AudioDecoder {
  /** Number of packets so far that could not be decoded. */
  readonly damagedPackets: number;
  /** Sends a packet to the decoder. Null marks the end of the input. */
  send(packet: Packet | null): void;
  /** Returns the next frame as 16 kHz mono with its time (ms, not rounded). */
  receive(): (MixedSound & { readonly timeMs: number }) | undefined;
  close(): void;
}

/** Identifies the format that a resampler was created for. */
function toFormatKey(frame: Frame): string {
  return `${frame.format} ${frame.sampleRate} ${frame.channels} ${frame.channelLayout.mask}`;
}

/** Converts frames to interleaved floats at 16 kHz. Without a target, the channels stay as they are. */
function createResampler(target: ChannelLayout | undefined) {
  let context: SoftwareResampleContext | undefined;
  let formatKey = '';
  let buffer = Buffer.alloc(0);
  const prepare = (frame: Frame): SoftwareResampleContext | undefined => {
    const key = toFormatKey(frame);
    if (context && key === formatKey) return context;
    context?.free();
    const frameLayout = frame.channelLayout;
    const layout =
      frameLayout.order === AV_CHANNEL_ORDER_UNSPEC ? avChannelLayoutDefault(frame.channels) : frameLayout;
    context = new SoftwareResampleContext();
    formatKey = key;
    const code = context.allocSetOpts2(
      target ?? layout,
      AV_SAMPLE_FMT_FLT,
      DECODED_SAMPLE_RATE_HZ,
      layout,
      frame.format as typeof AV_SAMPLE_FMT_FLT,
      frame.sampleRate,
    );
    if (code < 0 || context.init() < 0) {
      context.free();
      context = undefined;
    }
    return context;
  };
  return {
    convert(frame: Frame): Float32Array {
      const planes = frame.extendedData ?? frame.data;
      const resampler = planes ? prepare(frame) : undefined;
      if (!resampler || !planes) return new Float32Array(0);
      const frameBytes = 4 * (target ? target.nbChannels : frame.channels);
      const maxSamples = resampler.getOutSamples(frame.nbSamples) + 32;
      if (buffer.length < maxSamples * frameBytes) buffer = Buffer.alloc(maxSamples * frameBytes);
      const count = Math.max(0, resampler.convertSync([buffer], maxSamples, planes, frame.nbSamples));
      const samples = new Float32Array((count * frameBytes) / 4);
      new Uint8Array(samples.buffer).set(buffer.subarray(0, count * frameBytes));
      return samples;
    },
    close: () => context?.free(),
  };
}

/** Opens the decoder of an audio track. Returns undefined if its codec has no decoder. */
export function openAudioDecoder(stream: Stream, originUs: number): AudioDecoder | undefined {
  const decoder = openSoundDecoder(stream, originUs);
  if (!decoder) return undefined;
  const mixResampler = createResampler(MONO);
  const channelResampler = createResampler(undefined);
  const mixer = createChannelMixer();
  return {
    get damagedPackets() {
      return decoder.damagedPackets;
    },
    send: decoder.send,
    receive() {
      const sound = decoder.receive();
      if (!sound) return undefined;
      const { frame, timeMs } = sound;
      const mix = mixResampler.convert(frame);
      const channelCount = frame.channels;
      if (channelCount < 2) return { samples: mix, timeMs };
      const channels = splitChannels(channelResampler.convert(frame), channelCount);
      return { ...mixer.add(mix, channels), timeMs };
    },
    close() {
      mixResampler.close();
      channelResampler.close();
      decoder.close();
    },
  };
}
