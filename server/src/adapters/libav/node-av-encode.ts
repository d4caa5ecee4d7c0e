import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLT,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, type Frame, type Packet, Rational } from 'node-av/lib';
import type { Box } from '../../ports/decoder.ts';
import {
  type EncodingQuality,
  type SoundCodec,
  toSoundEncoding,
  toVideoEncoding,
  type VideoCodec,
} from './convert-codecs.ts';
import { ENCODER_SAMPLE_RATE_HZ, VIDEO_TICKS_PER_SECOND } from './node-av-graph.ts';

export interface Encoder {
  readonly context: CodecContext;
  /** Sends a frame to the encoder. Null marks the end of the input. */
  send(frame: Frame | null): void;
  /** Returns false if it needs another frame. */
  receive(packet: Packet): boolean;
  close(): void;
}

function openEncoder(
  context: CodecContext,
  codec: Codec,
  options: Readonly<Record<string, string>>,
): Encoder {
  // Options are not passed as a Dictionary: see README.md.
  for (const [name, value] of Object.entries(options))
    FFmpegError.throwIfError(context.setOption(name, value), name);
  FFmpegError.throwIfError(context.open2Sync(codec, null), `opening ${codec.name}`);
  return {
    context,
    send(frame) {
      FFmpegError.throwIfError(context.sendFrameSync(frame), 'encoding');
    },
    receive(packet) {
      const code = context.receivePacketSync(packet);
      if (code >= 0) return true;
      if (code !== AVERROR_EAGAIN && code !== AVERROR_EOF) FFmpegError.throwIfError(code, 'encoding');
      return false;
    },
    close: () => context.freeContext(),
  };
}

function createEncoderContext(
  name: string,
  usesGlobalHeader: boolean,
): { codec: Codec; context: CodecContext } {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec);
  if (!codec) throw new Error(`This libav has no encoder ${name}.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  if (usesGlobalHeader) context.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  return { codec, context };
}

/**
 * Opens a video encoder. `fps` is the approximate frame rate. `global` is true if the container stores the
 * codec's headers.
 */
export function openVideoEncoder(
  kind: VideoCodec,
  quality: EncodingQuality,
  size: Box,
  fps: number,
  usesGlobalHeader: boolean,
): Encoder {
  const { encoder, options } = toVideoEncoding(kind, quality);
  const { codec, context } = createEncoderContext(encoder, usesGlobalHeader);
  context.width = size.width;
  context.height = size.height;
  context.pixelFormat = AV_PIX_FMT_YUV420P;
  context.timeBase = new Rational(1, VIDEO_TICKS_PER_SECOND);
  context.framerate = new Rational(Math.round(fps * 1000), 1000);
  context.gopSize = Math.max(1, Math.round(fps * 2));
  context.sampleAspectRatio = new Rational(1, 1);
  return openEncoder(context, codec, options);
}

/** Opens an audio encoder, which accepts 48 kHz stereo in frames of `context.frameSize`. */
export function openSoundEncoder(kind: SoundCodec, usesGlobalHeader: boolean): Encoder {
  const { encoder, options, isInterleaved } = toSoundEncoding(kind);
  const { codec, context } = createEncoderContext(encoder, usesGlobalHeader);
  context.sampleRate = ENCODER_SAMPLE_RATE_HZ;
  context.sampleFormat = isInterleaved ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  context.channelLayout = { nbChannels: 2, order: AV_CHANNEL_ORDER_NATIVE, mask: 3n };
  context.timeBase = new Rational(1, ENCODER_SAMPLE_RATE_HZ);
  return openEncoder(context, codec, options);
}
