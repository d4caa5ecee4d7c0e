import { Buffer } from 'node:buffer';
import type { Uri } from '../../core/domain/time-range.ts';
import type { Box, Picture } from '../../ports/decoder.ts';
import { mediaFailures } from './failures.ts';
import { createScaleFilter, type FilterSupport, wholePictures } from './ffmpeg-filters.ts';
import { chained, type DescribedFile, describeFile, seekArguments, toShownSize } from './ffmpeg-probe.ts';
import { runFfmpeg } from './ffmpeg-run.ts';
import { fitInside } from './orientation.ts';

/**
 * Distances before the end at which the last frame is searched, ms. Most videos end within the first of
 * these.
 */
const TAILS_MS = [2000, 20_000, Number.POSITIVE_INFINITY];

/** Distances by which a seek is repeated from an earlier point if it landed after its time, ms. */
const BACK_MS = [0, 3000, 15_000, Number.POSITIVE_INFINITY];

/** Filters that produce the pictures of one call. */
interface Painting {
  /** From decoded frames to deinterlaced pictures, whose times are logged. */
  readonly whole: string;
  /** From deinterlaced pictures to RGB. */
  readonly scale: string;
  /** Bytes of one RGB picture. */
  readonly bytes: number;
}

interface Found {
  readonly data: Buffer;
  readonly timeMs: number;
}

/** Parses the times of the frames that `showinfo` logged, ms from the origin. */
function timesOf(stderr: string, originUs: number): readonly number[] {
  return [...stderr.matchAll(/ pts_time: *(-?[\d.]+)/g)].map(
    (match) => Number(match[1]) * 1000 - originUs / 1000,
  );
}

/** Runs ffmpeg and keeps the last `bytes` of its output. */
async function lastBytes(
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
    input: [...input, '-copyts'],
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
  const { stderr } = await run.ended;
  const whole = Math.floor(data.length / bytes);
  return { data: whole > 0 ? data.subarray((whole - 1) * bytes, whole * bytes) : Buffer.alloc(0), stderr };
}

/** Returns the frame shown at a time, or undefined if the time is past the end. */
async function shownAt(
  program: string,
  media: DescribedFile,
  timeMs: number,
  { whole, scale, bytes }: Painting,
  signal: AbortSignal,
): Promise<Found | undefined> {
  const absolute = (timeMs + media.originUs / 1000) / 1000;
  // Decode from a key frame on, so that frames before the time are seen. The fps filter then repeats the one
  // shown.
  const pick = `${whole},fps=fps=1000:start_time=${absolute.toFixed(4)}:round=up,${scale}`;
  let found: Found | undefined;
  for (const backMs of BACK_MS) {
    const fromMs = timeMs - backMs;
    const seek = ['-noaccurate_seek', ...seekArguments(media, fromMs)];
    const one = ['-frames:v', '1'];
    const { data, stderr } = await lastBytes(program, media, seek, pick, one, bytes, signal);
    const times = timesOf(stderr, media.originUs);
    const shown = times.findLast((time) => time <= timeMs + 0.6);
    if (data.length > 0) found = { data, timeMs: shown ?? times[0] ?? timeMs };
    if (shown !== undefined || fromMs <= 0) break;
  }
  return found;
}

async function lastFrame(
  program: string,
  media: DescribedFile,
  { whole, scale, bytes }: Painting,
  signal: AbortSignal,
): Promise<Found> {
  const filter = `${whole},${scale}`;
  for (const tailMs of TAILS_MS) {
    const fromMs = Math.max(0, (media.dump.durationMs ?? 0) - tailMs);
    const seek = ['-noaccurate_seek', ...seekArguments(media, fromMs)];
    const { data, stderr } = await lastBytes(program, media, seek, filter, [], bytes, signal);
    const timeMs = timesOf(stderr, media.originUs).at(-1);
    if (data.length > 0 && timeMs !== undefined) return { data, timeMs };
  }
  throw mediaFailures.noFrame();
}

/**
 * Yields the frame shown at each time, in the given order. Yields nothing for a file without a video track.
 */
export async function* framesWithFfmpeg(
  program: string,
  abilities: FilterSupport,
  uri: Uri,
  timesMs: readonly number[],
  box: Box,
  signal: AbortSignal,
): AsyncGenerator<Picture> {
  const media = await describeFile(program, uri, signal);
  try {
    if (!media.video) return;
    const size = fitInside(toShownSize(media.video), box);
    const painting = {
      whole: chained(media.counting, wholePictures(media.video, abilities), 'showinfo'),
      scale: createScaleFilter(media.video, size, 'rgb24', abilities),
      bytes: size.width * size.height * 3,
    };
    for (const time of timesMs) {
      const found =
        (await shownAt(program, media, time, painting, signal)) ??
        (await lastFrame(program, media, painting, signal));
      yield { timeMs: Math.max(0, Math.round(found.timeMs)), ...size, data: new Uint8Array(found.data) };
    }
  } finally {
    await media.file.close();
  }
}
