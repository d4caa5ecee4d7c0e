import { Buffer } from 'node:buffer';
import type { Uri } from '../../core/domain/time-range.ts';
import type { Box, MediaHints, Picture } from '../../ports/decoder.ts';
import { mediaFailures } from './failures.ts';
import { createScaleFilter, type FilterSupport, findDeinterlaceFilter } from './ffmpeg-filters.ts';
import {
  copyTimesArguments,
  type DescribedFile,
  describeFile,
  joinFilters,
  seekArguments,
  toShownSize,
} from './ffmpeg-probe.ts';
import { runFfmpeg } from './ffmpeg-run.ts';
import { fitInside } from './orientation.ts';

/**
 * Distances before the end at which the last frame is searched, ms. Most videos end within the first of
 * these.
 */
const TAIL_LENGTHS_MS = [2000, 20_000, Number.POSITIVE_INFINITY];

/** Distances by which a seek is repeated from an earlier point if it landed after its time, ms. */
const SEEK_BACK_STEPS_MS = [0, 3000, 15_000, Number.POSITIVE_INFINITY];

/** Filters that produce the pictures of one call. */
interface FrameFilters {
  /** From decoded frames to deinterlaced pictures, whose times are logged. */
  readonly pictureFilter: string;
  /** From deinterlaced pictures to RGB. */
  readonly scaleFilter: string;
  /** Bytes of one RGB picture. */
  readonly bytes: number;
}

interface RawFrame {
  readonly data: Buffer;
  readonly timeMs: number;
}

/** Parses the times of the frames that `showinfo` logged, ms from the origin. */
function parseFrameTimes(stderr: string, originUs: number): readonly number[] {
  return [...stderr.matchAll(/ pts_time: *(-?[\d.]+)/g)].map(
    (match) => Number(match[1]) * 1000 - originUs / 1000,
  );
}

/** Runs ffmpeg and keeps the last `bytes` of its output. */
async function readLastPicture(
  program: string,
  media: DescribedFile,
  input: readonly string[],
  filter: string,
  output: readonly string[],
  bytes: number,
  signal: AbortSignal,
): Promise<{ readonly data: Buffer; readonly stderr: string }> {
  const run = runFfmpeg({
    program,
    file: media.file,
    input: [...input, ...copyTimesArguments(media)],
    output: [
      ...['-map', `0:${media.video?.index}`, '-vf', filter, '-vsync', 'passthrough'],
      ...[...output, '-f', 'rawvideo', 'pipe:1'],
    ],
    level: 'info',
    signal,
  });
  let data: Buffer = Buffer.alloc(0);
  run.stdout.on('data', (part: Buffer) => {
    data = Buffer.concat([data, part]);
    // Keep complete pictures only: the remaining bytes belong to the next one.
    if (data.length > 2 * bytes) data = data.subarray((Math.floor(data.length / bytes) - 1) * bytes);
  });
  run.stdout.resume();
  const { stderr } = await run.exit;
  const pictureCount = Math.floor(data.length / bytes);
  return {
    data:
      pictureCount > 0 ? data.subarray((pictureCount - 1) * bytes, pictureCount * bytes) : Buffer.alloc(0),
    stderr,
  };
}

/** Returns the frame shown at a time, or undefined if the time is past the end. */
async function findFrameAt(
  program: string,
  media: DescribedFile,
  timeMs: number,
  { pictureFilter, scaleFilter, bytes }: FrameFilters,
  signal: AbortSignal,
): Promise<RawFrame | undefined> {
  const absoluteSeconds = (timeMs + media.originUs / 1000) / 1000;
  // Decode from a key frame on, so that frames before the time are seen. The fps filter then repeats the one
  // shown.
  const filter = `${pictureFilter},fps=fps=1000:start_time=${absoluteSeconds.toFixed(4)}:round=up,${scaleFilter}`;
  let frame: RawFrame | undefined;
  for (const backMs of SEEK_BACK_STEPS_MS) {
    const fromMs = timeMs - backMs;
    const seekOptions = ['-noaccurate_seek', ...seekArguments(media, fromMs)];
    const singleFrameOptions = ['-frames:v', '1'];
    const { data, stderr } = await readLastPicture(
      program,
      media,
      seekOptions,
      filter,
      singleFrameOptions,
      bytes,
      signal,
    );
    const times = parseFrameTimes(stderr, media.originUs);
    const shownMs = times.findLast((time) => time <= timeMs + 0.6);
    if (data.length > 0) frame = { data, timeMs: shownMs ?? times[0] ?? timeMs };
    if (shownMs !== undefined || fromMs <= 0) break;
  }
  return frame;
}

async function findLastFrame(
  program: string,
  media: DescribedFile,
  { pictureFilter, scaleFilter, bytes }: FrameFilters,
  signal: AbortSignal,
): Promise<RawFrame> {
  const filter = `${pictureFilter},${scaleFilter}`;
  for (const tailMs of TAIL_LENGTHS_MS) {
    const fromMs = Math.max(0, (media.format.durationMs ?? 0) - tailMs);
    const seekOptions = ['-noaccurate_seek', ...seekArguments(media, fromMs)];
    const { data, stderr } = await readLastPicture(program, media, seekOptions, filter, [], bytes, signal);
    const timeMs = parseFrameTimes(stderr, media.originUs).at(-1);
    if (data.length > 0 && timeMs !== undefined) return { data, timeMs };
  }
  throw mediaFailures.noFrame();
}

/**
 * Yields the frame shown at each time, in the given order. Yields nothing for a file without a video track.
 */
export async function* framesWithFfmpeg(
  program: string,
  filterSupport: FilterSupport,
  uri: Uri,
  timesMs: readonly number[],
  box: Box,
  signal: AbortSignal,
  hints?: MediaHints,
): AsyncGenerator<Picture> {
  const media = await describeFile(program, uri, signal, hints);
  try {
    if (!media.video) return;
    const size = fitInside(toShownSize(media.video), box);
    const frameFilters = {
      pictureFilter: joinFilters(
        media.frameTimingFilter,
        findDeinterlaceFilter(media.video, filterSupport),
        'showinfo',
      ),
      scaleFilter: createScaleFilter(media.video, size, 'rgb24', filterSupport),
      bytes: size.width * size.height * 3,
    };
    for (const time of timesMs) {
      const frame =
        (await findFrameAt(program, media, time, frameFilters, signal)) ??
        (await findLastFrame(program, media, frameFilters, signal));
      yield { timeMs: Math.max(0, Math.round(frame.timeMs)), ...size, data: new Uint8Array(frame.data) };
    }
  } finally {
    await media.file.close();
  }
}
