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

/** The captions of a service of 708. */
export interface WrittenService {
  readonly service: number;
  readonly captions: readonly WrittenCaption[];
}

/** Triplets of 708 that fit into a picture beside those of 608. */
const MAX_TRIPLETS = 28;
/** Bytes of text in a block, which has at most 31 with its commands. */
const MAX_BLOCK_TEXT = 20;
/** Defines the first window, visible, with 2 rows of 32 columns, and moves the pen to its start. */
const DEFINE_WINDOW = [0x98, 0x20, 0, 0, 0x01, 0x1f, 0, 0x92, 0, 0];
const DELETE_WINDOW = [0x8c, 0x01];

/** Wraps the bytes of one service block into a packet, padded to an even size. */
function toPacket(number: number, service: number, bytes: readonly number[]): readonly number[] {
  const header = service > 6 ? [0xe0 | bytes.length, service] : [(service << 5) | bytes.length];
  const content = [...header, ...bytes];
  // A null block fills the packet.
  if (content.length % 2 === 0) content.push(0);
  return [((number % 4) << 6) | ((content.length + 1) / 2), ...content];
}

/** Triplets of 708 for each picture: captions appear and disappear at their times. */
function toDtvccTriplets(
  services: readonly WrittenService[],
  pictureCount: number,
): readonly (readonly number[])[] {
  const pictures: number[][] = Array.from({ length: pictureCount }, () => []);
  let number = 0;
  const send = (timeMs: number, service: number, bytes: readonly number[]) => {
    const packet = toPacket(number, service, bytes);
    number += 1;
    let picture = Math.round((timeMs * FPS) / 1000);
    while ((pictures[picture]?.length ?? 0) + (packet.length / 2) * 3 > MAX_TRIPLETS * 3) picture += 1;
    for (let at = 0; at < packet.length; at += 2)
      pictures[picture]?.push(at === 0 ? 0xff : 0xfe, packet[at] ?? 0, packet[at + 1] ?? 0);
  };
  const changes = services.flatMap(({ service, captions }) =>
    captions.flatMap(({ startMs, endMs, text }) => [
      { timeMs: startMs, service, text },
      { timeMs: endMs, service, text: undefined },
    ]),
  );
  for (const { timeMs, service, text } of changes.toSorted((a, b) => a.timeMs - b.timeMs)) {
    if (text === undefined) send(timeMs, service, DELETE_WINDOW);
    else {
      send(timeMs, service, DEFINE_WINDOW);
      const bytes = [...Buffer.from(text.replaceAll('\n', '\r'), 'latin1')];
      for (let at = 0; at < bytes.length; at += MAX_BLOCK_TEXT)
        send(timeMs, service, [...bytes.slice(at, at + MAX_BLOCK_TEXT), 0x03]);
    }
  }
  return pictures;
}

/** ATSC user data with one pair of each field and those of 708, as encoders write it. `pair`: undefined without 608. */
function toUserData(
  pair: Pair | undefined,
  field: 0 | 1,
  dtvccTriplets: readonly number[] = [],
): readonly number[] {
  const [first, second] = pair ?? [0, 0];
  const bytes = [withParity(first), withParity(second)];
  const padding = [withParity(0), withParity(0)];
  const fields = field === 0 ? [bytes, padding] : [padding, bytes];
  const valid = pair === undefined ? 0 : 4;
  const line21 = [0xf8 | valid, ...(fields[0] ?? []), 0xf9 | valid, ...(fields[1] ?? [])];
  const triplets = [...line21, 0xfa, 0, 0, ...dtvccTriplets];
  return [...Buffer.from('GA94'), 3, 0x40 | (triplets.length / 3), 0xff, ...triplets, 0xff];
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
  {
    seconds = 10,
    field = 0 as 0 | 1,
    options = [] as readonly string[],
    services = [] as readonly WrittenService[],
  } = {},
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
  const dtvcc = toDtvccTriplets(services, seconds * FPS);
  const hasLine21 = captions.length > 0 || services.length === 0;
  const userData = (index: number) =>
    toUserData(hasLine21 ? (pairs[index] ?? [0, 0]) : undefined, field, dtvcc[index]);
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
