import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import * as C from 'node-av/constants';
import { Codec, CodecContext, Dictionary, FormatContext, Frame, Log, Packet, Rational } from 'node-av/lib';
import type { MediaSpec } from './media-spec.ts';
import { audioTrack, check, subtitleTrack, type Track, videoTrack } from './media-tracks.ts';
import { withChapters } from './mp4-chapters.ts';

export type { AudioCodec, Canvas, MediaSpec, SubtitleSpec, VideoCodec } from './media-spec.ts';
export { fill, tone } from './media-spec.ts';

const FORMATS: Readonly<Record<string, string>> = {
  '.mkv': 'matroska',
  '.ts': 'mpegts',
  '.wmv': 'asf',
  '.ogv': 'ogg',
  '.m4a': 'ipod',
};

/** A cover: a one-picture track marked as attached. */
function coverTrack(output: FormatContext): Track {
  const codec = Codec.findEncoderByName('mjpeg' as Parameters<typeof Codec.findEncoderByName>[0]);
  if (!codec) throw new Error('no encoder mjpeg');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = 64;
  context.height = 64;
  context.pixelFormat = C.AV_PIX_FMT_YUVJ420P;
  context.timeBase = new Rational(1, 1);
  check(context.open2Sync(codec, null), 'opening mjpeg');
  const stream = output.newStream(codec);
  check(stream.codecpar.fromContext(context), 'codec parameters');
  stream.setDisposition(C.AV_DISPOSITION_ATTACHED_PIC);
  let done = false;
  return {
    stream,
    next: () => (done ? Number.POSITIVE_INFINITY : -1),
    step(write) {
      done = true;
      const frame = Frame.fromVideoBuffer(Buffer.alloc(64 * 96, 128), {
        width: 64,
        height: 64,
        format: C.AV_PIX_FMT_YUVJ420P,
      });
      frame.pts = 0n;
      check(context.sendFrameSync(frame), 'encoding the cover');
      const packet = new Packet();
      packet.alloc();
      check(context.receivePacketSync(packet), 'the cover');
      packet.streamIndex = stream.index;
      write(packet);
      packet.free();
      frame.free();
      context.freeContext();
    },
  };
}

/**
 * Renders a media file through libav's encoders, deterministic in its pictures and sound. Container by the
 * file's ending: mp4 mov m4a mkv webm avi ts flv wmv ogv 3gp gif mp3 wav flac ogg.
 */
export async function makeMedia(path: string, spec: MediaSpec): Promise<void> {
  process.env.SVT_LOG = '0';
  Log.setLevel(C.AV_LOG_ERROR);
  const output = new FormatContext();
  check(output.allocOutputContext2(null, FORMATS[extname(path)] ?? null, path), 'choosing a container');
  const tracks: Track[] = [];
  if (spec.video) tracks.push(videoTrack(output, spec));
  if (spec.audio) tracks.push(audioTrack(output, spec));
  for (const subtitles of spec.subtitles ?? []) {
    tracks.push(subtitleTrack(output, subtitles, spec.startMs ?? 0));
  }
  if (spec.cover) tracks.push(coverTrack(output));
  if (spec.metadata) output.metadata = Dictionary.fromObject(spec.metadata);
  check(output.openOutputSync(), `opening ${path}`);
  check(
    output.writeHeaderSync(Dictionary.fromObject({ movflags: 'use_metadata_tags' })),
    'writing the header',
  );
  const write = (packet: Packet) => check(output.interleavedWriteFrameSync(packet), 'writing a packet');
  for (;;) {
    const first = tracks.reduce((a, b) => (b.next() < a.next() ? b : a));
    if (first.next() === Number.POSITIVE_INFINITY) break;
    first.step(write);
  }
  check(output.writeTrailerSync(), 'writing the end');
  output.closeOutputSync();
  output.freeContext();
  if (spec.chapters) await writeFile(path, withChapters(await readFile(path), spec.chapters));
}
