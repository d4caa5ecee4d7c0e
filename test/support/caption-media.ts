import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runFfmpeg } from './run-ffmpeg.ts';

/** One caption as it appears: pop-on text at a time, taken away at another. ms */
export interface WrittenCaption {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const FPS = 30;
const withParity = (byte: number) => {
  let bits = byte;
  for (const shift of [4, 2, 1]) bits ^= bits >> shift;
  return (bits & 1) === 1 ? byte : byte | 0x80;
};
type Pair = readonly [number, number];
const RESUME: Pair = [0x14, 0x20];
const ERASE_HIDDEN: Pair = [0x14, 0x2e];
const BOTTOM_ROW: Pair = [0x14, 0x70];
const SHOW: Pair = [0x14, 0x2f];
const CLEAR: Pair = [0x14, 0x2c];

/** One pair of bytes for each picture, as line 21 carries them. */
export function toCaptionPairs(captions: readonly WrittenCaption[], pictureCount: number): readonly Pair[] {
  const pairs: Pair[] = Array.from({ length: pictureCount }, () => [0, 0] as const);
  for (const { startMs, endMs, text } of captions) {
    const letters = [...text].map((letter) => letter.charCodeAt(0));
    if (letters.length % 2 === 1) letters.push(0);
    const letterPairs = Array.from(
      { length: letters.length / 2 },
      (_, at) => [letters[2 * at] ?? 0, letters[2 * at + 1] ?? 0] as const,
    );
    const loading = [RESUME, ERASE_HIDDEN, BOTTOM_ROW, ...letterPairs];
    const shownAt = Math.round((startMs * FPS) / 1000);
    for (const [at, pair] of loading.entries()) pairs[shownAt - loading.length + at] = pair;
    pairs[shownAt] = SHOW;
    pairs[Math.round((endMs * FPS) / 1000)] = CLEAR;
  }
  return pairs;
}

/** ATSC user data with one pair of each field and one of 708, as encoders write it. */
function toUserData([first, second]: Pair, field: 0 | 1): readonly number[] {
  const pair = [withParity(first), withParity(second)];
  const padding = [withParity(0), withParity(0)];
  const fields = field === 0 ? [pair, padding] : [padding, pair];
  const triplets = [0xfc, ...(fields[0] ?? []), 0xfd, ...(fields[1] ?? []), 0xfa, 0, 0];
  return [...Buffer.from('GA94'), 3, 0x40 | 3, 0xff, ...triplets, 0xff];
}

function withEmulationPrevention(bytes: readonly number[]): readonly number[] {
  const escaped: number[] = [];
  for (const byte of bytes) {
    if (byte <= 3 && escaped.at(-1) === 0 && escaped.at(-2) === 0) escaped.push(3);
    escaped.push(byte);
  }
  return escaped;
}

/** Inserts data before each match of a mark in a stream, in order. */
function insertBefore(
  stream: Buffer,
  isPlace: (at: number) => boolean,
  next: (index: number) => readonly number[],
): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  let index = 0;
  for (let at = stream.indexOf('000001', 0, 'hex'); at >= 0; at = stream.indexOf('000001', at + 3, 'hex')) {
    if (!isPlace(at)) continue;
    parts.push(stream.subarray(from, at), Buffer.from(next(index)));
    from = at;
    index += 1;
  }
  return Buffer.concat([...parts, stream.subarray(from)]);
}

/** Writes a video of a codec with captions inside its pictures, into any container. Pictures are in order of display. */
export function makeCaptionedVideo(
  folder: string,
  name: string,
  codec: 'h264' | 'hevc' | 'mpeg2',
  captions: readonly WrittenCaption[],
  { seconds = 10, field = 0 as 0 | 1, options = [] as readonly string[] } = {},
): string {
  const encoders = {
    h264: ['-c:v', 'libx264', '-bf', '0', '-g', '30', '-x264-params', 'slices=1', '-f', 'h264'],
    hevc: ['-c:v', 'libx265', '-x265-params', 'bframes=0:log-level=none:slices=1', '-f', 'hevc'],
    mpeg2: ['-c:v', 'mpeg2video', '-bf', '0', '-g', '15', '-f', 'mpeg2video'],
  };
  const raw = join(folder, `raw.${codec}`);
  const source = ['-f', 'lavfi', '-i', `testsrc=s=160x120:r=${FPS}:d=${seconds}`];
  runFfmpeg(...source, '-pix_fmt', 'yuv420p', ...encoders[codec], raw);
  const stream = readFileSync(raw);
  const pairs = toCaptionPairs(captions, seconds * FPS);
  const userData = (index: number) => toUserData(pairs[index] ?? [0, 0], field);
  const sei = (header: readonly number[], index: number) => {
    const payload = [0xb5, 0x00, 0x31, ...userData(index)];
    return [0, 0, 1, ...header, ...withEmulationPrevention([4, payload.length, ...payload]), 0x80];
  };
  const nalType = (at: number) => stream[at + 3] ?? 0;
  const places = {
    h264: [(at: number) => [1, 5].includes(nalType(at) & 0x1f), (n: number) => sei([0x06], n)],
    hevc: [(at: number) => nalType(at) >> 1 < 32, (n: number) => sei([0x4e, 0x01], n)],
    // User data follows the picture's header and extension, before its first slice.
    mpeg2: [(at: number) => nalType(at) === 1, (n: number) => [0, 0, 1, 0xb2, ...userData(n)]],
  } as const;
  const [isPlace, next] = places[codec];
  writeFileSync(raw, insertBefore(stream, isPlace, next));
  const path = join(folder, name);
  runFfmpeg('-fflags', '+genpts', '-r', `${FPS}`, '-i', raw, '-c', 'copy', ...options, path);
  return path;
}
