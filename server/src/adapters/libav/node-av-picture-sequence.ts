import { AV_LOG_ERROR, AV_PIX_FMT_RGB24, AV_PIX_FMT_YUV420P, SWS_BICUBIC } from 'node-av/constants';
import { FFmpegError, Frame, Log, Packet, SoftwareScaleContext } from 'node-av/lib';
import type { Box, Picture } from '../../ports/decoder.ts';
import type { PictureSequence } from '../../ports/picture-sequence-writer.ts';
import { type Encoder, openVideoEncoder } from './node-av-encode.ts';
import { VIDEO_TICKS_PER_SECOND } from './node-av-graph.ts';
import { type MediaOutput, openMediaOutput } from './node-av-output.ts';

/** H.264 in 4:2:0 needs even sizes. */
const toEvenSize = ({ width, height }: Box): Box => ({
  width: Math.max(2, width - (width % 2)),
  height: Math.max(2, height - (height % 2)),
});

/** Converts an RGB picture to a frame for the encoder. */
function toEncoderFrame(picture: Picture, size: Box): Frame {
  const source = Frame.fromVideoBuffer(Buffer.from(picture.data), {
    width: picture.width,
    height: picture.height,
    format: AV_PIX_FMT_RGB24,
  });
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = AV_PIX_FMT_YUV420P;
  FFmpegError.throwIfError(frame.getBuffer(0), 'a picture');
  const scale = new SoftwareScaleContext();
  scale.getContext(
    picture.width,
    picture.height,
    AV_PIX_FMT_RGB24,
    size.width,
    size.height,
    AV_PIX_FMT_YUV420P,
    SWS_BICUBIC,
  );
  FFmpegError.throwIfError(scale.scaleFrameSync(frame, source), 'scaling a picture');
  scale.freeContext();
  source.free();
  return frame;
}

/** An output with one video track, opened for the size of the first picture. */
function openSequence(first: Picture, fps: number, path: string) {
  const size = toEvenSize(first);
  const output: MediaOutput = openMediaOutput('mp4', {}, path);
  const encoder: Encoder = openVideoEncoder('h264', 'good', size, fps, output.usesGlobalHeader);
  const track = output.addEncodedTrack(encoder.context);
  const packet = new Packet();
  packet.alloc();
  return {
    begin: () => output.begin(),
    async encode(picture: Picture | undefined, index: number): Promise<void> {
      const frame = picture && toEncoderFrame(picture, size);
      if (frame) frame.pts = BigInt(Math.round((index * VIDEO_TICKS_PER_SECOND) / fps));
      encoder.send(frame ?? null);
      frame?.free();
      while (encoder.receive(packet)) {
        packet.duration = BigInt(Math.round(VIDEO_TICKS_PER_SECOND / fps));
        await output.write(packet, track, encoder.context.timeBase);
      }
    },
    end: () => output.end(),
    async close(): Promise<void> {
      packet.free();
      encoder.close();
      await output.close();
    },
  };
}

/** Implements the port WritePictureSequence in this process, holding one picture at a time. */
export async function writePictureSequence(
  { pictures, fps, path }: PictureSequence,
  signal: AbortSignal,
): Promise<number> {
  // x264 prints statistics otherwise.
  Log.setLevel(AV_LOG_ERROR);
  let sequence: ReturnType<typeof openSequence> | undefined;
  let count = 0;
  try {
    for await (const picture of pictures) {
      signal.throwIfAborted();
      if (sequence === undefined) {
        sequence = openSequence(picture, fps, path);
        await sequence.begin();
      }
      await sequence.encode(picture, count);
      count += 1;
    }
    if (sequence === undefined) throw new Error(`There are no pictures to write to ${path}.`);
    await sequence.encode(undefined, count);
    await sequence.end();
    return count;
  } finally {
    await sequence?.close();
  }
}
