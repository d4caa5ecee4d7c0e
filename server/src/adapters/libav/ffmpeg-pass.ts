import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Uri } from '../../core/domain/time-range.ts';
import type { PassEvent, PassRequest } from '../../ports/decoder.ts';
import { isCutShort, isUndecodable, toMinDuration } from './duration.ts';
import { mediaFailures } from './failures.ts';
import type { DumpStream } from './ffmpeg-dump.ts';
import { createScaleFilter, type FilterSupport } from './ffmpeg-filters.ts';
import { chained, type DescribedFile, describeFile, seenDuration, toShownSize } from './ffmpeg-probe.ts';
import { runFfmpeg } from './ffmpeg-run.ts';
import { fitInside } from './orientation.ts';

/** Interval of grey pictures, ms. With a lower frame rate, pictures repeat. */
const GREY_EVERY_MS = 80;
const GREY = { width: 64, height: 36 };
const SAMPLE_RATE = 16_000;
/** Events that may wait for their reader before ffmpeg is paused. */
const WAITING_MOST = 64;

/** Splits a byte stream into pieces. Empty data marks the end. */
type Cutter = (data: Buffer) => readonly Buffer[];

/** Splits into pieces of `bytes`. At the end, returns the rest in multiples of `unit`. */
function cutEvery(bytes: number, unit = bytes): Cutter {
  let kept: Buffer = Buffer.alloc(0);
  return (data) => {
    if (data.length === 0) {
      const rest = kept.length - (kept.length % unit);
      return rest > 0 ? [kept.subarray(0, rest)] : [];
    }
    kept = kept.length > 0 ? Buffer.concat([kept, data]) : data;
    const pieces: Buffer[] = [];
    let from = 0;
    for (; kept.length - from >= bytes; from += bytes) pieces.push(kept.subarray(from, from + bytes));
    kept = kept.subarray(from);
    return pieces;
  };
}

/**
 * Splits concatenated JPEG pictures. Each begins with FF D8 FF and ends with FF D9, which does not occur
 * inside.
 */
function cutJpeg(): Cutter {
  let kept: Buffer = Buffer.alloc(0);
  return (data) => {
    kept = Buffer.concat([kept, data]);
    const pieces: Buffer[] = [];
    for (let end = kept.indexOf('ffd9', 0, 'hex'); end >= 0; end = kept.indexOf('ffd9', 0, 'hex')) {
      pieces.push(kept.subarray(0, end + 2));
      kept = kept.subarray(end + 2);
    }
    return pieces;
  };
}

interface Output {
  /** Its branch of the filter graph; empty for sound. */
  readonly filter: string;
  readonly options: readonly string[];
  readonly cut: Cutter;
  event(piece: Buffer, count: number): PassEvent;
}

function pictureOutputs(
  stream: DumpStream,
  request: PassRequest,
  abilities: FilterSupport,
): readonly Output[] {
  const every = (ms: number) => `fps=fps=1000/${ms}:start_time=0:round=up`;
  const raw = ['-f', 'rawvideo'];
  const outputs: Output[] = [];
  if (request.grey) {
    outputs.push({
      filter: `${every(GREY_EVERY_MS)},${createScaleFilter(stream, GREY, 'gray', abilities)}`,
      options: raw,
      cut: cutEvery(GREY.width * GREY.height),
      event: (piece, count) => ({
        kind: 'grey',
        timeMs: count * GREY_EVERY_MS,
        ...GREY,
        data: new Uint8Array(piece),
      }),
    });
  }
  const { frames, thumbnails } = request;
  if (frames) {
    const size = fitInside(toShownSize(stream), frames);
    outputs.push({
      filter: `${every(frames.everyMs)},${createScaleFilter(stream, size, 'rgb24', abilities)}`,
      options: raw,
      cut: cutEvery(size.width * size.height * 3),
      event: (piece, count) => ({
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
      filter: `${every(thumbnails.everyMs)},${createScaleFilter(stream, size, 'yuvj420p', abilities)}`,
      options: ['-c:v', 'mjpeg', '-q:v', '5', '-f', 'image2pipe'],
      cut: cutJpeg(),
      event: (piece, count) => ({
        kind: 'thumbnail',
        timeMs: count * thumbnails.everyMs,
        jpeg: new Uint8Array(piece),
      }),
    });
  }
  return outputs;
}

const soundOutput = (): Output => ({
  filter: '',
  options: [
    ...['-af', 'aresample=async=1:min_hard_comp=0.1:first_pts=0', '-ac', '1', '-ar', `${SAMPLE_RATE}`],
    ...['-f', 'f32le'],
  ],
  cut: cutEvery(SAMPLE_RATE * 4, 4),
  event: (piece, count) => {
    const samples = new Float32Array(piece.length / 4);
    new Uint8Array(samples.buffer).set(piece);
    return { kind: 'audio', timeMs: count * 1000, samples };
  },
});

/** Merges the events of several pipes. All pipes pause while too many events wait. */
async function* merged(
  pipes: readonly Readable[],
  outputs: readonly Output[],
): AsyncGenerator<PassEvent, void, undefined> {
  const ready: PassEvent[] = [];
  const counts = outputs.map(() => 0);
  let open = pipes.length;
  let wake: () => void = () => undefined;
  for (const [at, pipe] of pipes.entries()) {
    const output = outputs[at];
    const take = (data: Buffer): void => {
      for (const piece of output?.cut(data) ?? []) {
        const count = counts[at] ?? 0;
        counts[at] = count + 1;
        if (output) ready.push(output.event(piece, count));
      }
    };
    pipe.on('data', (data: Buffer) => {
      take(data);
      if (ready.length > WAITING_MOST) for (const one of pipes) one.pause();
      wake();
    });
    pipe.on('close', () => {
      take(Buffer.alloc(0));
      open -= 1;
      wake();
    });
    pipe.resume();
  }
  for (;;) {
    const event = ready.shift();
    if (event) yield event;
    else if (open === 0) return;
    else {
      for (const pipe of pipes) pipe.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
}

/** Number of samples that most codecs put into one packet. */
const SAMPLES_PER_PACKET = 1024;

/** Estimates how many packets a pass decodes, by what the file says about itself. */
function estimatePackets(
  { video, audio, dump }: DescribedFile,
  readsPictures: boolean,
  request: PassRequest,
): number {
  const framesPerSecond = readsPictures ? (video?.framesPerSecond ?? 25) : 0;
  const soundPacketsPerSecond =
    request.audio && audio ? (audio.sampleRate ?? 48_000) / SAMPLES_PER_PACKET : 0;
  return ((dump.durationMs ?? 0) / 1000) * (framesPerSecond + soundPacketsPerSecond);
}

/** Decodes a file once into several pipes. A fixed rate gives each picture its time. */
export async function* passWithFfmpeg(
  program: string,
  abilities: FilterSupport,
  uri: Uri,
  request: PassRequest,
  signal: AbortSignal,
): AsyncGenerator<PassEvent> {
  const media = await describeFile(program, uri, signal);
  try {
    const { video, audio, dump } = media;
    const pictures = video ? pictureOutputs(video, request, abilities) : [];
    const outputs = audio && request.audio ? [...pictures, soundOutput()] : pictures;
    if (outputs.length === 0) return;
    const names = pictures.map((_, at) => `v${at}`);
    const graph = [
      `[0:${video?.index}]${chained(media.counting, `split=${pictures.length}`)}${names.map((name) => `[${name}]`).join('')}`,
      ...pictures.map(({ filter }, at) => `[v${at}]${filter}[o${at}]`),
    ];
    const run = runFfmpeg({
      program,
      file: media.file,
      input: media.counting === undefined ? ['-skip_frame', 'noref'] : [],
      output: [
        ...(pictures.length > 0 ? ['-filter_complex', graph.join(';')] : []),
        ...outputs.flatMap(({ options }, at) => [
          ...['-map', at < pictures.length ? `[o${at}]` : `0:${audio?.index}`],
          ...options,
          `pipe:${4 + at}`,
        ]),
      ],
      pipes: outputs.length,
      signal,
    });
    run.stdout.resume();
    let seenMs = 0;
    let seen = 0;
    try {
      for await (const event of merged(run.pipes, outputs)) {
        seenMs = Math.max(seenMs, event.timeMs);
        seen += 1;
        yield event;
      }
      const { code, damagedPackets } = await run.ended;
      if (isUndecodable(damagedPackets, estimatePackets(media, pictures.length > 0, request)))
        throw mediaFailures.undecodable();
      if (seen === 0 && pictures.length > 0) throw mediaFailures.noFrame();
      // An end without an error does not prove that everything was read.
      const leastMs = dump.durationMs && toMinDuration(dump.durationMs, dump.demuxer, media.originUs);
      const everyMs = request.grey || request.audio ? 1000 : 0;
      if (everyMs && leastMs && isCutShort(seenMs + everyMs, leastMs)) {
        const durationMs = await seenDuration(program, media, signal);
        if (isCutShort(seenMs + everyMs, durationMs)) throw mediaFailures.cutEnd(seenMs, durationMs);
      }
      if (code !== 0 && seen === 0) throw mediaFailures.notMedia();
    } finally {
      run.kill();
    }
  } finally {
    await media.file.close();
  }
}
