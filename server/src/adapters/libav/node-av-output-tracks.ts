import { AV_NOPTS_VALUE, AV_PICTURE_TYPE_NONE } from 'node-av/constants';
import { type Frame, Packet, type Stream } from 'node-av/lib';
import type { Ms } from '../../core/domain/time-range.ts';
import type { Box } from '../../ports/decoder.ts';
import { isInterlaced } from './node-av-deinterlace.ts';
import type { Encoder } from './node-av-encode.ts';
import {
  createBlackGraph,
  createPackGraph,
  createPictureGraph,
  createSilenceGraph,
  createSoundGraph,
  ENCODER_SAMPLE_RATE_HZ,
  type FrameFilterGraph,
  toFrameKey,
  VIDEO_TICKS_PER_SECOND,
} from './node-av-graph.ts';
import { type OpenMedia, toTimeStamp } from './node-av-open.ts';
import type { MediaOutput } from './node-av-output.ts';
import { findPixelAspect, findStreamOrientation } from './node-av-probe.ts';
import { findPacketTimeMs } from './node-av-seek.ts';
import { openSoundDecoder } from './node-av-sound.ts';
import { openVideoDecoder } from './node-av-video.ts';

/** Threads of a video decoder that must keep up with playback. */
const THREADS = 2;
/** Sound decoded before the start, for codecs that depend on earlier packets, ms. */
const WARM_UP_MS = 200;

/** A range of one file. Without `endMs` it extends to the end. */
export interface FileRange {
  readonly startMs: Ms;
  readonly endMs?: Ms;
}

/** The part of an output track that comes from one file. */
export interface OutputTrackPiece {
  /** Track whose packets it takes; undefined if the file has no such track. */
  readonly stream: Stream | undefined;
  /** Returns false once everything up to the end of the range was taken. */
  take(packet: Packet): Promise<boolean>;
  /** Writes the rest of the piece to the output. */
  finish(): Promise<void>;
  close(): void;
}

/** Writes one kind of track of all pieces, one after another, to the output. */
export interface OutputTrack {
  piece(media: OpenMedia, range: FileRange): OutputTrackPiece;
  end(): Promise<void>;
  close(): void;
}

const lengthOf = ({ startMs, endMs }: FileRange) => (endMs === undefined ? undefined : endMs - startMs);

/** Sends frames through an encoder to the output. */
function encodingTo(encoder: Encoder, output: MediaOutput, track: Stream) {
  const packet = new Packet();
  packet.alloc();
  return {
    async encode(frame: Frame | null): Promise<void> {
      encoder.send(frame);
      while (encoder.receive(packet)) await output.write(packet, track, encoder.context.timeBase);
    },
    close() {
      packet.free();
      encoder.close();
    },
  };
}

/**
 * Copies a track without encoding. Times are relative to the range's start; earlier ones are negative. For a
 * single piece.
 */
export function createCopyTrack(
  output: MediaOutput,
  pick: (media: OpenMedia) => Stream | undefined,
  track: Stream,
  onTime: (timeMs: Ms) => void,
): OutputTrack {
  return {
    piece(media, { startMs, endMs }) {
      const stream = pick(media);
      const isVideo = stream !== undefined && stream.index === media.video?.index;
      const shift = stream === undefined ? 0n : toTimeStamp(startMs, stream, media.originUs);
      let begun = false;
      return {
        stream,
        async take(packet) {
          if (stream === undefined) return false;
          const time = findPacketTimeMs(packet, stream, media.originUs);
          begun ||= isVideo ? packet.isKeyframe : (time ?? 0) >= startMs - 0.5;
          if (!begun || time === undefined) return true;
          // Pictures are shown later than they are decoded, so the decoding time tells when the last ones
          // have come.
          const decoded = packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts;
          const { num, den } = stream.timeBase;
          if (endMs !== undefined && (Number(decoded - shift) * num * 1000) / den >= endMs - startMs)
            return false;
          packet.pts = (packet.pts === AV_NOPTS_VALUE ? decoded : packet.pts) - shift;
          packet.dts = decoded - shift;
          onTime(time - startMs);
          await output.write(packet, track, stream.timeBase);
          return true;
        },
        finish: async () => undefined,
        close: () => undefined,
      };
    },
    end: async () => undefined,
    close: () => undefined,
  };
}

export interface PictureTrackOptions {
  readonly output: MediaOutput;
  readonly encoder: Encoder;
  readonly track: Stream;
  readonly size: Box;
  /** Frames per second in FFmpeg's syntax. Undefined keeps the original times. */
  readonly rate?: string;
  readonly onTime: (timeMs: Ms) => void;
}

/** Encodes pictures. The first picture of each piece is the one shown at its start. */
export function createPictureTrack({
  output,
  encoder,
  track,
  size,
  rate,
  onTime,
}: PictureTrackOptions): OutputTrack {
  const encoding = encodingTo(encoder, output, track);
  /** Start of the piece in the output, and the last time stamp, in VIDEO_TICKS_PER_SECOND. */
  let base = 0;
  let last = -1;
  const drain = async (graph: FrameFilterGraph) => {
    for (let frame = graph.receive(); frame; frame = graph.receive()) {
      const at = base + Number(frame.pts);
      if (at <= last) continue;
      last = at;
      frame.pts = BigInt(at);
      frame.pictType = AV_PICTURE_TYPE_NONE;
      onTime((at * 1000) / VIDEO_TICKS_PER_SECOND);
      await encoding.encode(frame);
    }
  };
  return {
    piece(media, range) {
      const stream = media.video;
      const lengthMs = lengthOf(range);
      const decoder = stream && openVideoDecoder(stream, media.originUs, THREADS);
      let graph: FrameFilterGraph | undefined;
      let key = '';
      /** Stays true once a frame was interlaced, because more will follow. */
      let interlaced = false;
      let earlier: Frame | undefined;
      const feed = async (frame: Frame, timeMs: number) => {
        if (stream === undefined) return;
        interlaced ||= isInterlaced(frame);
        const needed = `${toFrameKey(frame)} ${interlaced}`;
        if (graph === undefined || needed !== key) {
          if (graph !== undefined) {
            graph.send(null);
            await drain(graph);
            graph.close();
          }
          key = needed;
          const wanted = { size, rate, lengthMs };
          graph = createPictureGraph(
            frame,
            interlaced,
            findStreamOrientation(stream),
            findPixelAspect(stream),
            wanted,
          );
        }
        frame.pts = BigInt(Math.round((timeMs * VIDEO_TICKS_PER_SECOND) / 1000));
        graph.send(frame);
        await drain(graph);
      };
      const shown = async () => {
        const frame = earlier;
        earlier = undefined;
        if (frame === undefined) return;
        await feed(frame, 0);
        frame.free();
      };
      const pull = async (): Promise<boolean> => {
        for (let got = decoder?.receive(); got; got = decoder?.receive()) {
          const timeMs = got.timeMs - range.startMs;
          if (timeMs <= 0.5) {
            earlier?.free();
            earlier = got.frame.clone() ?? undefined;
            continue;
          }
          await shown();
          if (lengthMs !== undefined && timeMs >= lengthMs - 0.5) return false;
          await feed(got.frame, timeMs);
        }
        return true;
      };
      return {
        stream,
        async take(packet) {
          decoder?.send(packet);
          return pull();
        },
        async finish() {
          decoder?.send(null);
          await pull();
          await shown();
          if (graph === undefined && lengthMs !== undefined)
            graph = createBlackGraph(size, rate ?? '25', lengthMs);
          graph?.send(null);
          if (graph !== undefined) await drain(graph);
          if (lengthMs !== undefined) base += Math.round((lengthMs * VIDEO_TICKS_PER_SECOND) / 1000);
        },
        close() {
          earlier?.free();
          graph?.close();
          decoder?.close();
        },
      };
    },
    end: () => encoding.encode(null),
    close: encoding.close,
  };
}

/** Encodes sound and joins the pieces without gaps. */
export function createSoundTrack(
  output: MediaOutput,
  encoder: Encoder,
  track: Stream,
  onTime: (timeMs: Ms) => void,
): OutputTrack {
  const encoding = encodingTo(encoder, output, track);
  const { frameSize, sampleFormat } = encoder.context;
  const pack = createPackGraph(frameSize || 1024, sampleFormat);
  let samples = 0;
  const packed = async () => {
    for (let frame = pack.receive(); frame; frame = pack.receive()) {
      onTime((Number(frame.pts) * 1000) / ENCODER_SAMPLE_RATE_HZ);
      await encoding.encode(frame);
    }
  };
  const drain = async (graph: FrameFilterGraph) => {
    for (let frame = graph.receive(); frame; frame = graph.receive()) {
      frame.pts = BigInt(samples);
      samples += frame.nbSamples;
      pack.send(frame);
      await packed();
    }
  };
  return {
    piece(media, range) {
      const stream = media.audio;
      const lengthMs = lengthOf(range);
      const decoder = stream && openSoundDecoder(stream, media.originUs);
      const begun = samples;
      let graph: FrameFilterGraph | undefined;
      let key = '';
      const pull = async (): Promise<boolean> => {
        for (let got = decoder?.receive(); got; got = decoder?.receive()) {
          const timeMs = got.timeMs - range.startMs;
          if (lengthMs !== undefined && timeMs >= lengthMs) return false;
          const { frame } = got;
          if (graph === undefined || toFrameKey(frame) !== key) {
            const first = graph === undefined;
            if (graph !== undefined) {
              graph.send(null);
              await drain(graph);
              graph.close();
            }
            key = toFrameKey(frame);
            graph = createSoundGraph(frame, lengthMs, first);
          }
          frame.pts = BigInt(Math.round((timeMs * frame.sampleRate) / 1000));
          graph.send(frame);
          await drain(graph);
        }
        return true;
      };
      return {
        stream,
        async take(packet) {
          const time = stream && findPacketTimeMs(packet, stream, media.originUs);
          if (time !== undefined && time < range.startMs - WARM_UP_MS) return true;
          decoder?.send(packet);
          return pull();
        },
        async finish() {
          decoder?.send(null);
          await pull();
          graph?.send(null);
          if (graph !== undefined) await drain(graph);
          const missing =
            lengthMs === undefined ? 0 : (lengthMs * ENCODER_SAMPLE_RATE_HZ) / 1000 - (samples - begun);
          if (missing < 1) return;
          const silence = createSilenceGraph(Math.round(missing));
          await drain(silence);
          silence.close();
        },
        close() {
          graph?.close();
          decoder?.close();
        },
      };
    },
    async end() {
      pack.send(null);
      await packed();
      await encoding.encode(null);
    },
    close() {
      pack.close();
      encoding.close();
    },
  };
}
