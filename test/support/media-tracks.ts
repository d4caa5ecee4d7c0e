import type { FFEncoderCodec } from 'node-av/constants';
import * as C from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  type FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';
import type { AudioCodec, MediaSpec, SubtitleSpec, VideoCodec } from './media-spec.ts';

/** One track being written: packets come in time order until there are none. */
export interface Track {
  readonly stream: Stream;
  /** Seconds of what comes next; Infinity at the end. */
  next(): number;
  /** Encodes one step and hands its packets over. */
  step(write: (packet: Packet) => void): void;
}

export function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`);
}

function encoder(name: string): Codec {
  const codec = Codec.findEncoderByName(name as FFEncoderCodec);
  if (!codec) throw new Error(`no encoder ${name}`);
  return codec;
}

const VIDEO: Record<VideoCodec, { name: string; format: C.AVPixelFormat; options?: Record<string, string> }> =
  {
    h264: { name: 'libx264', format: C.AV_PIX_FMT_YUV420P, options: { preset: 'ultrafast', crf: '20' } },
    hevc: {
      name: 'libx265',
      format: C.AV_PIX_FMT_YUV420P,
      options: { preset: 'ultrafast', crf: '20', 'x265-params': 'log-level=none:pools=2' },
    },
    vp8: { name: 'libvpx', format: C.AV_PIX_FMT_YUV420P, options: { deadline: 'realtime', 'cpu-used': '8' } },
    vp9: {
      name: 'libvpx-vp9',
      format: C.AV_PIX_FMT_YUV420P,
      options: { deadline: 'realtime', 'cpu-used': '8' },
    },
    av1: {
      name: 'libsvtav1',
      format: C.AV_PIX_FMT_YUV420P,
      options: { preset: '10', crf: '20', 'svtav1-params': 'lp=1' },
    },
    mpeg2: { name: 'mpeg2video', format: C.AV_PIX_FMT_YUV420P },
    mpeg4: { name: 'mpeg4', format: C.AV_PIX_FMT_YUV420P },
    prores: { name: 'prores', format: C.AV_PIX_FMT_YUV422P10LE },
    wmv2: { name: 'wmv2', format: C.AV_PIX_FMT_YUV420P },
    flv1: { name: 'flv', format: C.AV_PIX_FMT_YUV420P },
    theora: { name: 'libtheora', format: C.AV_PIX_FMT_YUV420P },
    h263: { name: 'h263', format: C.AV_PIX_FMT_YUV420P },
    gif: { name: 'gif', format: C.AV_PIX_FMT_BGR8 },
  };

/** The display matrix of a turn, as containers carry it: nine 32-bit integers. */
function displayMatrix(degrees: number): Buffer {
  const turn = (-degrees * Math.PI) / 180;
  const values = [Math.cos(turn), -Math.sin(turn), 0, Math.sin(turn), Math.cos(turn), 0, 0, 0, 1];
  const bytes = Buffer.alloc(36);
  for (const [index, value] of values.entries()) {
    bytes.writeInt32LE(Math.round(value * (index === 8 ? 2 ** 30 : 2 ** 16)), index * 4);
  }
  return bytes;
}

function drain(context: CodecContext, stream: Stream, write: (packet: Packet) => void): void {
  const packet = new Packet();
  packet.alloc();
  while (context.receivePacketSync(packet) >= 0) {
    packet.streamIndex = stream.index;
    packet.rescaleTs(context.timeBase, stream.timeBase);
    write(packet);
    packet.unref();
  }
  packet.free();
}

function open(context: CodecContext, codec: Codec, output: FormatContext, options: Record<string, string>) {
  if (output.oformat?.hasFlags(C.AVFMT_GLOBALHEADER)) context.setFlags(C.AV_CODEC_FLAG_GLOBAL_HEADER);
  // Not as a Dictionary: open2Sync() frees what it takes, and the wrapper frees it again.
  for (const [name, value] of Object.entries(options)) check(context.setOption(name, value), name);
  check(context.open2Sync(codec, null), `opening ${codec.name}`);
}

export function videoTrack(output: FormatContext, spec: MediaSpec): Track {
  const video = spec.video;
  if (!video) throw new Error('no video in the spec');
  const kind = VIDEO[video.codec ?? 'h264'];
  const { width = 320, height = 180, fps = 10 } = video;
  const format = video.hdr ? C.AV_PIX_FMT_YUV420P10LE : kind.format;
  const codec = encoder(kind.name);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = width;
  context.height = height;
  context.pixelFormat = format;
  context.timeBase = video.timesMs ? new Rational(1, 1000) : new Rational(1, fps);
  context.framerate = new Rational(fps, 1);
  context.gopSize = video.keyEvery ?? 50;
  if (video.codec !== 'av1') context.bitRate = 2_000_000n;
  context.sampleAspectRatio = new Rational(...(video.pixel ?? [1, 1]));
  if (video.hdr) {
    context.colorPrimaries = C.AVCOL_PRI_BT2020;
    context.colorTrc = C.AVCOL_TRC_SMPTE2084;
    context.colorSpace = C.AVCOL_SPC_BT2020_NCL;
  }
  open(context, codec, output, { ...kind.options, ...video.options });
  const stream = output.newStream(codec);
  check(stream.codecpar.fromContext(context), 'codec parameters');
  stream.timeBase = context.timeBase;
  stream.avgFrameRate = context.framerate;
  stream.sampleAspectRatio = context.sampleAspectRatio;
  if (video.rotation) {
    check(
      stream.codecpar.addCodedSideData(C.AV_PKT_DATA_DISPLAYMATRIX, displayMatrix(video.rotation)),
      'matrix',
    );
  }
  const scale = new SoftwareScaleContext();
  scale.getContext(width, height, C.AV_PIX_FMT_RGB24, width, height, format, C.SWS_BILINEAR);
  const times =
    video.timesMs ?? Array.from({ length: Math.round(spec.seconds * fps) }, (_, n) => (n * 1000) / fps);
  const offset = spec.startMs ?? 0;
  const data = Buffer.alloc(width * height * 3);
  let index = 0;
  return {
    stream,
    next: () =>
      index > times.length ? Number.POSITIVE_INFINITY : (times[index] ?? spec.seconds * 1000) / 1000,
    step(write) {
      const time = times[index];
      index += 1;
      if (time === undefined) {
        check(context.sendFrameSync(null), 'flushing video');
        drain(context, stream, write);
        context.freeContext();
        scale.freeContext();
        return;
      }
      data.fill(0);
      video.draw({ width, height, data }, time);
      const source = Frame.fromVideoBuffer(data, { width, height, format: C.AV_PIX_FMT_RGB24 });
      const frame = new Frame();
      frame.alloc();
      frame.width = width;
      frame.height = height;
      frame.format = format;
      check(frame.getBuffer(0), 'frame buffer');
      check(scale.scaleFrameSync(frame, source), 'scaling');
      frame.pts = BigInt(Math.round(((time + offset) / 1000 / context.timeBase.num) * context.timeBase.den));
      check(context.sendFrameSync(frame), 'encoding video');
      frame.free();
      source.free();
      drain(context, stream, write);
    },
  };
}

const AUDIO: Record<AudioCodec, { name: string; format: C.AVSampleFormat }> = {
  aac: { name: 'aac', format: C.AV_SAMPLE_FMT_FLTP },
  mp3: { name: 'libmp3lame', format: C.AV_SAMPLE_FMT_FLTP },
  opus: { name: 'libopus', format: C.AV_SAMPLE_FMT_FLT },
  vorbis: { name: 'libvorbis', format: C.AV_SAMPLE_FMT_FLTP },
  flac: { name: 'flac', format: C.AV_SAMPLE_FMT_S16 },
  pcm: { name: 'pcm_s16le', format: C.AV_SAMPLE_FMT_S16 },
  wma: { name: 'wmav2', format: C.AV_SAMPLE_FMT_FLTP },
};

/** Samples as the encoder wants them: 16 bit or float, interleaved or one plane after the other. */
function sampleBytes(
  format: C.AVSampleFormat,
  channels: number,
  count: number,
  at: (n: number) => number,
): Buffer {
  const wide = format === C.AV_SAMPLE_FMT_S16 ? 2 : 4;
  const bytes = Buffer.alloc(count * channels * wide);
  for (let n = 0; n < count; n += 1) {
    const value = at(n);
    for (let channel = 0; channel < channels; channel += 1) {
      const place = format === C.AV_SAMPLE_FMT_FLTP ? channel * count + n : n * channels + channel;
      if (wide === 2) bytes.writeInt16LE(Math.round(value * 32767), place * 2);
      else bytes.writeFloatLE(value, place * 4);
    }
  }
  return bytes;
}

export function audioTrack(output: FormatContext, spec: MediaSpec): Track {
  const audio = spec.audio;
  if (!audio) throw new Error('no audio in the spec');
  const kind = AUDIO[audio.codec ?? 'aac'];
  const { sampleRate = 48_000, channels = 1 } = audio;
  const codec = encoder(kind.name);
  const context = new CodecContext();
  context.allocContext3(codec);
  const layout = { nbChannels: channels, order: C.AV_CHANNEL_ORDER_NATIVE, mask: channels === 1 ? 4n : 3n };
  context.sampleRate = sampleRate;
  context.sampleFormat = kind.format;
  context.channelLayout = layout;
  context.timeBase = new Rational(1, sampleRate);
  context.bitRate = 96_000n;
  open(context, codec, output, {});
  const stream = output.newStream(codec);
  check(stream.codecpar.fromContext(context), 'codec parameters');
  stream.timeBase = context.timeBase;
  const total = Math.round(spec.seconds * sampleRate);
  const size = context.frameSize || 1024;
  const offset = Math.round(((spec.startMs ?? 0) / 1000) * sampleRate);
  let done = 0;
  let ended = false;
  return {
    stream,
    next: () => (ended ? Number.POSITIVE_INFINITY : done / sampleRate),
    step(write) {
      const count = Math.min(size, total - done);
      if (count <= 0) {
        ended = true;
        check(context.sendFrameSync(null), 'flushing audio');
        drain(context, stream, write);
        context.freeContext();
        return;
      }
      const bytes = sampleBytes(kind.format, channels, count, (n) => audio.sample((done + n) / sampleRate));
      const frame = Frame.fromAudioBuffer(bytes, {
        nbSamples: count,
        format: kind.format,
        sampleRate,
        channelLayout: layout,
      });
      frame.pts = BigInt(done + offset);
      done += count;
      check(context.sendFrameSync(frame), 'encoding audio');
      frame.free();
      drain(context, stream, write);
    },
  };
}

const SUBTITLE = {
  mov_text: C.AV_CODEC_ID_MOV_TEXT,
  srt: C.AV_CODEC_ID_SUBRIP,
  ass: C.AV_CODEC_ID_ASS,
  webvtt: C.AV_CODEC_ID_WEBVTT,
};

const ASS_HEADER = [
  '[Script Info]',
  'ScriptType: v4.00+',
  '',
  '[V4+ Styles]',
  'Format: Name, Fontname, Fontsize',
  'Style: Default,Sans,16',
  '',
  '[Events]',
  'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
  '',
].join('\r\n');

function subtitleBytes(spec: SubtitleSpec, index: number): Buffer {
  const cue = spec.cues[index];
  const text = cue?.text ?? '';
  if (spec.codec === 'ass') {
    const line = text.replaceAll('\n', '\\N');
    return Buffer.from(`${index},0,Default,${cue?.speaker ?? ''},0,0,0,,${line}`);
  }
  if (spec.codec !== 'mov_text') return Buffer.from(text);
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

export function subtitleTrack(output: FormatContext, spec: SubtitleSpec, offsetMs: number): Track {
  const stream = output.newStream(null);
  stream.codecpar.codecType = C.AVMEDIA_TYPE_SUBTITLE;
  stream.codecpar.codecId = SUBTITLE[spec.codec];
  if (spec.codec === 'ass') stream.codecpar.extradata = Buffer.from(ASS_HEADER);
  stream.timeBase = new Rational(1, 1000);
  if (spec.describes) stream.setDisposition(C.AV_DISPOSITION_DESCRIPTIONS);
  stream.metadata = Dictionary.fromObject({ language: spec.language, title: spec.title });
  let index = 0;
  return {
    stream,
    next: () => (spec.cues[index]?.startMs ?? Number.POSITIVE_INFINITY) / 1000,
    step(write) {
      const cue = spec.cues[index];
      if (!cue) return;
      const packet = new Packet();
      packet.alloc();
      packet.data = subtitleBytes(spec, index);
      packet.pts = BigInt(cue.startMs + offsetMs);
      packet.dts = packet.pts;
      packet.duration = BigInt(cue.endMs - cue.startMs);
      packet.isKeyframe = true;
      packet.streamIndex = stream.index;
      packet.rescaleTs({ num: 1, den: 1000 }, stream.timeBase);
      index += 1;
      write(packet);
      packet.free();
    },
  };
}
