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
const DECODER_THREADS = 2;
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
  openPiece(media: OpenMedia, range: FileRange): OutputTrackPiece;
  end(): Promise<void>;
  close(): void;
}

const toLengthMs = ({ startMs, endMs }: FileRange) => (endMs === undefined ? undefined : endMs - startMs);

/** Sends frames through an encoder to the output. */
function createTrackEncoder(encoder: Encoder, output: MediaOutput, track: Stream) {
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
  pickStream: (media: OpenMedia) => Stream | undefined,
  track: Stream,
  onTime: (timeMs: Ms) => void,
): OutputTrack {
  return {
    openPiece(media, { startMs, endMs }) {
      const stream = pickStream(media);
      const isVideo = stream !== undefined && stream.index === media.video?.index;
      const startStamp = stream === undefined ? 0n : toTimeStamp(startMs, stream, media.originUs);
      let hasBegun = false;
      return {
        stream,
        async take(packet) {
          if (stream === undefined) return false;
          const time = findPacketTimeMs(packet, stream, media.originUs);
          hasBegun ||= isVideo ? packet.isKeyframe : (time ?? 0) >= startMs - 0.5;
          if (!hasBegun || time === undefined) return true;
          // Pictures are shown later than they are decoded, so the decoding time tells when the last ones
          // have come.
          const decodeStamp = packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts;
          const { num, den } = stream.timeBase;
          if (endMs !== undefined && (Number(decodeStamp - startStamp) * num * 1000) / den >= endMs - startMs)
            return false;
          packet.pts = (packet.pts === AV_NOPTS_VALUE ? decodeStamp : packet.pts) - startStamp;
          packet.dts = decodeStamp - startStamp;
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
  const trackEncoder = createTrackEncoder(encoder, output, track);
  /** Start of the piece in the output, and the last time stamp, in VIDEO_TICKS_PER_SECOND. */
  let pieceStartTicks = 0;
  let lastTicks = -1;
  const drainGraph = async (graph: FrameFilterGraph) => {
    for (let frame = graph.receive(); frame; frame = graph.receive()) {
      const ticks = pieceStartTicks + Number(frame.pts);
      if (ticks <= lastTicks) continue;
      lastTicks = ticks;
      frame.pts = BigInt(ticks);
      frame.pictType = AV_PICTURE_TYPE_NONE;
      onTime((ticks * 1000) / VIDEO_TICKS_PER_SECOND);
      await trackEncoder.encode(frame);
    }
  };
  return {
    openPiece(media, range) {
      const stream = media.video;
      const lengthMs = toLengthMs(range);
      const decoder = stream && openVideoDecoder(stream, media.originUs, DECODER_THREADS);
      let graph: FrameFilterGraph | undefined;
      let graphKey = '';
      /** Stays true once a frame was interlaced, because more will follow. */
      let hasInterlaced = false;
      let firstFrame: Frame | undefined;
      const feedFrame = async (frame: Frame, timeMs: number) => {
        if (stream === undefined) return;
        hasInterlaced ||= isInterlaced(frame);
        const neededKey = `${toFrameKey(frame)} ${hasInterlaced}`;
        if (graph === undefined || neededKey !== graphKey) {
          if (graph !== undefined) {
            graph.send(null);
            await drainGraph(graph);
            graph.close();
          }
          graphKey = neededKey;
          const target = { size, rate, lengthMs };
          graph = createPictureGraph(
            frame,
            hasInterlaced,
            findStreamOrientation(stream),
            findPixelAspect(stream),
            target,
          );
        }
        frame.pts = BigInt(Math.round((timeMs * VIDEO_TICKS_PER_SECOND) / 1000));
        graph.send(frame);
        await drainGraph(graph);
      };
      const feedFirstFrame = async () => {
        const frame = firstFrame;
        firstFrame = undefined;
        if (frame === undefined) return;
        await feedFrame(frame, 0);
        frame.free();
      };
      const drainDecoder = async (): Promise<boolean> => {
        for (let decodedFrame = decoder?.receive(); decodedFrame; decodedFrame = decoder?.receive()) {
          const timeMs = decodedFrame.timeMs - range.startMs;
          if (timeMs <= 0.5) {
            firstFrame?.free();
            firstFrame = decodedFrame.frame.clone() ?? undefined;
            continue;
          }
          await feedFirstFrame();
          if (lengthMs !== undefined && timeMs >= lengthMs - 0.5) return false;
          await feedFrame(decodedFrame.frame, timeMs);
        }
        return true;
      };
      return {
        stream,
        async take(packet) {
          decoder?.send(packet);
          return drainDecoder();
        },
        async finish() {
          decoder?.send(null);
          await drainDecoder();
          await feedFirstFrame();
          if (graph === undefined && lengthMs !== undefined)
            graph = createBlackGraph(size, rate ?? '25', lengthMs);
          graph?.send(null);
          if (graph !== undefined) await drainGraph(graph);
          if (lengthMs !== undefined)
            pieceStartTicks += Math.round((lengthMs * VIDEO_TICKS_PER_SECOND) / 1000);
        },
        close() {
          firstFrame?.free();
          graph?.close();
          decoder?.close();
        },
      };
    },
    end: () => trackEncoder.encode(null),
    close: trackEncoder.close,
  };
}

/** Encodes sound and joins the pieces without gaps. */
export function createSoundTrack(
  output: MediaOutput,
  encoder: Encoder,
  track: Stream,
  onTime: (timeMs: Ms) => void,
): OutputTrack {
  const trackEncoder = createTrackEncoder(encoder, output, track);
  const { frameSize, sampleFormat } = encoder.context;
  const packGraph = createPackGraph(frameSize || 1024, sampleFormat);
  let sampleCount = 0;
  const drainPackGraph = async () => {
    for (let frame = packGraph.receive(); frame; frame = packGraph.receive()) {
      onTime((Number(frame.pts) * 1000) / ENCODER_SAMPLE_RATE_HZ);
      await trackEncoder.encode(frame);
    }
  };
  const drainGraph = async (graph: FrameFilterGraph) => {
    for (let frame = graph.receive(); frame; frame = graph.receive()) {
      frame.pts = BigInt(sampleCount);
      sampleCount += frame.nbSamples;
      packGraph.send(frame);
      await drainPackGraph();
    }
  };
  return {
    openPiece(media, range) {
      const stream = media.audio;
      const lengthMs = toLengthMs(range);
      const decoder = stream && openSoundDecoder(stream, media.originUs);
      const startSampleCount = sampleCount;
      let graph: FrameFilterGraph | undefined;
      let graphKey = '';
      const drainDecoder = async (): Promise<boolean> => {
        for (let decodedFrame = decoder?.receive(); decodedFrame; decodedFrame = decoder?.receive()) {
          const timeMs = decodedFrame.timeMs - range.startMs;
          if (lengthMs !== undefined && timeMs >= lengthMs) return false;
          const { frame } = decodedFrame;
          if (graph === undefined || toFrameKey(frame) !== graphKey) {
            const isFirst = graph === undefined;
            if (graph !== undefined) {
              graph.send(null);
              await drainGraph(graph);
              graph.close();
            }
            graphKey = toFrameKey(frame);
            graph = createSoundGraph(frame, lengthMs, isFirst);
          }
          frame.pts = BigInt(Math.round((timeMs * frame.sampleRate) / 1000));
          graph.send(frame);
          await drainGraph(graph);
        }
        return true;
      };
      return {
        stream,
        async take(packet) {
          const time = stream && findPacketTimeMs(packet, stream, media.originUs);
          if (time !== undefined && time < range.startMs - WARM_UP_MS) return true;
          decoder?.send(packet);
          return drainDecoder();
        },
        async finish() {
          decoder?.send(null);
          await drainDecoder();
          graph?.send(null);
          if (graph !== undefined) await drainGraph(graph);
          const missingSamples =
            lengthMs === undefined
              ? 0
              : (lengthMs * ENCODER_SAMPLE_RATE_HZ) / 1000 - (sampleCount - startSampleCount);
          if (missingSamples < 1) return;
          const silenceGraph = createSilenceGraph(Math.round(missingSamples));
          await drainGraph(silenceGraph);
          silenceGraph.close();
        },
        close() {
          graph?.close();
          decoder?.close();
        },
      };
    },
    async end() {
      packGraph.send(null);
      await drainPackGraph();
      await trackEncoder.encode(null);
    },
    close() {
      packGraph.close();
      trackEncoder.close();
    },
  };
}
