import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Uri } from '../../core/domain/time-range.ts';
import { createChannelMixer, splitChannels } from '../../core/media/mix-channels.ts';
import type { MediaHints, PassEvent, PassRequest } from '../../ports/decoder.ts';
import { isCutShort, isUndecodable, toMinDuration } from './duration.ts';
import { mediaFailures } from './failures.ts';
import { createScaleFilter, type FilterSupport } from './ffmpeg-filters.ts';
import {
  type DescribedFile,
  describeFile,
  joinFilters,
  toShownSize,
  verifyDuration,
} from './ffmpeg-probe.ts';
import { runFfmpeg } from './ffmpeg-run.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { fitInside } from './orientation.ts';

/** Interval of grey pictures, ms. With a lower frame rate, pictures repeat. */
const GREY_INTERVAL_MS = 80;
const GREY_SIZE = { width: 64, height: 36 };
const SAMPLE_RATE_HZ = 16_000;
/** Events that may wait for their reader before ffmpeg is paused. */
const MAX_WAITING_EVENTS = 64;

/** Splits a byte stream into pieces. Empty data marks the end. */
type Splitter = (data: Buffer) => readonly Buffer[];

/** Splits into pieces of `bytes`. At the end, returns the rest in multiples of `unit`. */
function createSizeSplitter(bytes: number, unit = bytes): Splitter {
  let buffer: Buffer = Buffer.alloc(0);
  return (data) => {
    if (data.length === 0) {
      const rest = buffer.length - (buffer.length % unit);
      return rest > 0 ? [buffer.subarray(0, rest)] : [];
    }
    buffer = buffer.length > 0 ? Buffer.concat([buffer, data]) : data;
    const pieces: Buffer[] = [];
    let offset = 0;
    for (; buffer.length - offset >= bytes; offset += bytes)
      pieces.push(buffer.subarray(offset, offset + bytes));
    buffer = buffer.subarray(offset);
    return pieces;
  };
}

/**
 * Splits concatenated JPEG pictures. Each begins with FF D8 FF and ends with FF D9, which does not occur
 * inside.
 */
function createJpegSplitter(): Splitter {
  let buffer: Buffer = Buffer.alloc(0);
  return (data) => {
    buffer = Buffer.concat([buffer, data]);
    const pieces: Buffer[] = [];
    for (let end = buffer.indexOf('ffd9', 0, 'hex'); end >= 0; end = buffer.indexOf('ffd9', 0, 'hex')) {
      pieces.push(buffer.subarray(0, end + 2));
      buffer = buffer.subarray(end + 2);
    }
    return pieces;
  };
}

interface PassOutput {
  /** Its branch of the filter graph. */
  readonly filter: string;
  readonly options: readonly string[];
  readonly split: Splitter;
  toEvent(piece: Buffer, count: number): PassEvent;
}

function createPictureOutputs(
  stream: ProbedStream,
  request: PassRequest,
  filterSupport: FilterSupport,
): readonly PassOutput[] {
  const toRateFilter = (ms: number) => `fps=fps=1000/${ms}:start_time=0:round=up`;
  const rawOptions = ['-f', 'rawvideo'];
  const outputs: PassOutput[] = [];
  if (request.grey) {
    outputs.push({
      filter: `${toRateFilter(GREY_INTERVAL_MS)},${createScaleFilter(stream, GREY_SIZE, 'gray', filterSupport)}`,
      options: rawOptions,
      split: createSizeSplitter(GREY_SIZE.width * GREY_SIZE.height),
      toEvent: (piece, count) => ({
        kind: 'grey',
        timeMs: count * GREY_INTERVAL_MS,
        ...GREY_SIZE,
        data: new Uint8Array(piece),
      }),
    });
  }
  const { frames, thumbnails } = request;
  if (frames) {
    const size = fitInside(toShownSize(stream), frames);
    outputs.push({
      filter: `${toRateFilter(frames.everyMs)},${createScaleFilter(stream, size, 'rgb24', filterSupport)}`,
      options: rawOptions,
      split: createSizeSplitter(size.width * size.height * 3),
      toEvent: (piece, count) => ({
        kind: 'frame',
        timeMs: count * frames.everyMs,
        ...size,
        data: new Uint8Array(piece),
      }),
    });
  }
  if (thumbnails) {
    const size = fitInside(toShownSize(stream), thumbnails);
    outputs.push({
      filter: `${toRateFilter(thumbnails.everyMs)},${createScaleFilter(stream, size, 'yuvj420p', filterSupport)}`,
      options: ['-c:v', 'mjpeg', '-q:v', '5', '-f', 'image2pipe'],
      split: createJpegSplitter(),
      toEvent: (piece, count) => ({
        kind: 'thumbnail',
        timeMs: count * thumbnails.everyMs,
        jpeg: new Uint8Array(piece),
      }),
    });
  }
  return outputs;
}

/** Creates the output of one audio track. The mix of stereo is made here, to compare it with its channels. */
function createSoundOutput({ index, channels }: ProbedStream): PassOutput {
  const isStereo = channels === 2;
  const bytesPerSample = isStereo ? 8 : 4;
  const layout = isStereo ? 'stereo' : 'mono';
  const mixer = createChannelMixer();
  return {
    filter: `[0:${index}]aresample=async=1:min_hard_comp=0.1:first_pts=0,aresample=${SAMPLE_RATE_HZ},aformat=sample_fmts=flt:channel_layouts=${layout}`,
    options: ['-f', 'f32le'],
    split: createSizeSplitter(SAMPLE_RATE_HZ * bytesPerSample, bytesPerSample),
    toEvent: (piece, count) => {
      const samples = new Float32Array(piece.length / 4);
      new Uint8Array(samples.buffer).set(piece);
      const timeMs = count * 1000;
      if (!isStereo) return { kind: 'audio', timeMs, samples };
      const [left = samples, right = samples] = splitChannels(samples, 2);
      const mix = left.map((sample, at) => (sample + (right[at] ?? 0)) / 2);
      return { kind: 'audio', timeMs, ...mixer.add(mix, [left, right]) };
    },
  };
}

/** Merges the events of several pipes. All pipes pause while too many events wait. */
async function* mergeEvents(
  pipes: readonly Readable[],
  outputs: readonly PassOutput[],
): AsyncGenerator<PassEvent, void, undefined> {
  const queuedEvents: PassEvent[] = [];
  const counts = outputs.map(() => 0);
  let openPipeCount = pipes.length;
  let resumeReading: () => void = () => undefined;
  for (const [at, pipe] of pipes.entries()) {
    const output = outputs[at];
    const queueEvents = (data: Buffer): void => {
      for (const piece of output?.split(data) ?? []) {
        const count = counts[at] ?? 0;
        counts[at] = count + 1;
        if (output) queuedEvents.push(output.toEvent(piece, count));
      }
    };
    pipe.on('data', (data: Buffer) => {
      queueEvents(data);
      if (queuedEvents.length > MAX_WAITING_EVENTS) for (const openPipe of pipes) openPipe.pause();
      resumeReading();
    });
    pipe.on('close', () => {
      queueEvents(Buffer.alloc(0));
      openPipeCount -= 1;
      resumeReading();
    });
    pipe.resume();
  }
  for (;;) {
    const event = queuedEvents.shift();
    if (event) yield event;
    else if (openPipeCount === 0) return;
    else {
      for (const pipe of pipes) pipe.resume();
      await new Promise<void>((resolve) => {
        resumeReading = resolve;
      });
    }
  }
}

/** Number of samples that most codecs put into one packet. */
const SAMPLES_PER_PACKET = 1024;

/** Estimates how many packets a pass decodes, by what the file says about itself. */
function estimatePackets(
  { video, audio, format }: DescribedFile,
  readsPictures: boolean,
  request: PassRequest,
): number {
  const framesPerSecond = readsPictures ? (video?.framesPerSecond ?? 25) : 0;
  const soundPacketsPerSecond =
    request.audio && audio ? (audio.sampleRate ?? 48_000) / SAMPLES_PER_PACKET : 0;
  return ((format.durationMs ?? 0) / 1000) * (framesPerSecond + soundPacketsPerSecond);
}

/** Decodes a file once into several pipes. A fixed rate gives each picture its time. */
export async function* passWithFfmpeg(
  program: string,
  filterSupport: FilterSupport,
  uri: Uri,
  request: PassRequest,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<PassEvent> {
  const media = await describeFile(program, uri, signal, hints);
  try {
    const { video, audio, format } = media;
    const pictures = video ? createPictureOutputs(video, request, filterSupport) : [];
    const sound = audio && request.audio ? [createSoundOutput(audio)] : [];
    const outputs = [...pictures, ...sound];
    if (outputs.length === 0) return;
    const names = pictures.map((_, at) => `v${at}`);
    const split = joinFilters(media.frameTimingFilter, `split=${pictures.length}`);
    const graph = [
      ...(pictures.length > 0
        ? [`[0:${video?.index}]${split}${names.map((name) => `[${name}]`).join('')}`]
        : []),
      ...pictures.map(({ filter }, at) => `[v${at}]${filter}[o${at}]`),
      ...sound.map(({ filter }) => `${filter}[o${pictures.length}]`),
    ];
    const run = runFfmpeg({
      program,
      file: media.file,
      input: media.frameTimingFilter === undefined ? ['-skip_frame', 'noref'] : [],
      output: [
        ...['-filter_complex', graph.join(';')],
        ...outputs.flatMap(({ options }, at) => [...['-map', `[o${at}]`], ...options, `pipe:${4 + at}`]),
      ],
      pipes: outputs.length,
      signal,
    });
    run.stdout.resume();
    let lastEventMs = 0;
    let eventCount = 0;
    try {
      for await (const event of mergeEvents(run.pipes, outputs)) {
        lastEventMs = Math.max(lastEventMs, event.timeMs);
        eventCount += 1;
        yield event;
      }
      const { code, damagedPackets } = await run.exit;
      if (isUndecodable(damagedPackets, estimatePackets(media, pictures.length > 0, request)))
        throw mediaFailures.undecodable();
      if (eventCount === 0 && pictures.length > 0) throw mediaFailures.noFrame();
      // An end without an error does not prove that everything was read.
      const statesLength = format.durationMs !== undefined && !media.hasSeveralClocks;
      const minDurationMs = statesLength && toMinDuration(format.durationMs, format.demuxer, media.originUs);
      const intervalMs = request.grey || request.audio ? 1000 : 0;
      if (intervalMs && minDurationMs && isCutShort(lastEventMs + intervalMs, minDurationMs)) {
        const durationMs = await verifyDuration(program, media, signal);
        if (isCutShort(lastEventMs + intervalMs, durationMs))
          throw mediaFailures.cutEnd(lastEventMs, durationMs);
      }
      if (code !== 0 && eventCount === 0) throw mediaFailures.notMedia();
    } finally {
      run.kill();
    }
  } finally {
    await media.file.close();
  }
}
