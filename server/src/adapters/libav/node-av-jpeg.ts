import { Buffer } from 'node:buffer';
import { AV_PIX_FMT_RGB24, AV_PIX_FMT_YUVJ420P, type FFEncoderCodec, SWS_BILINEAR } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet, Rational, SoftwareScaleContext } from 'node-av/lib';

/** Encodes one RGB picture (size in px) as JPEG. */
export function encodeJpegWithLibav(picture: {
  width: number;
  height: number;
  data: Uint8Array;
}): Uint8Array {
  const { width, height } = picture;
  const codec = Codec.findEncoderByName('mjpeg' as FFEncoderCodec);
  if (!codec) throw new Error('this libav has no mjpeg encoder');
  const context = new CodecContext();
  const scale = new SoftwareScaleContext();
  const source = Frame.fromVideoBuffer(Buffer.from(picture.data), {
    width,
    height,
    format: AV_PIX_FMT_RGB24,
  });
  const frame = new Frame();
  const packet = new Packet();
  try {
    context.allocContext3(codec);
    context.width = width;
    context.height = height;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.timeBase = new Rational(1, 25);
    context.qMin = 4;
    context.qMax = 6;
    FFmpegError.throwIfError(context.open2Sync(codec, null), 'opening mjpeg');
    scale.getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUVJ420P, SWS_BILINEAR);
    frame.alloc();
    frame.width = width;
    frame.height = height;
    frame.format = AV_PIX_FMT_YUVJ420P;
    FFmpegError.throwIfError(frame.getBuffer(0), 'a picture');
    FFmpegError.throwIfError(scale.scaleFrameSync(frame, source), 'scaling a picture');
    frame.pts = 0n;
    packet.alloc();
    FFmpegError.throwIfError(context.sendFrameSync(frame), 'encoding a picture');
    FFmpegError.throwIfError(context.receivePacketSync(packet), 'encoding a picture');
    return Uint8Array.from(packet.data ?? []);
  } finally {
    packet.free();
    frame.free();
    source.free();
    scale.freeContext();
    context.freeContext();
  }
}
