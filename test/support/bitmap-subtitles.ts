import { writeFileSync } from 'node:fs';
import { canvas, drawText } from './font.ts';

/** A subtitle drawn as a picture. ms */
export interface DrawnSubtitle {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const WIDTH = 640;
const HEIGHT = 360;
const BOX = { left: 40, top: 270, width: 560, height: 70 };

const word = (value: number) => [(value >> 8) & 255, value & 255];

/** Shades of the text, 0 (nothing) to 3 (white), one for each pixel of the box. */
function drawShades(text: string): Uint8Array {
  const picture = canvas(BOX.width, BOX.height, [0, 0, 0]);
  drawText(picture, text, { x: 20, y: 48, size: 34, weight: 1.3, colour: [255, 255, 255] });
  return Uint8Array.from({ length: BOX.width * BOX.height }, (_, at) =>
    Math.round((picture.data[at * 3] ?? 0) / 85),
  );
}

/** Codes rows as runs, as Blu-ray discs do: single pixels, short and long runs, and ends of rows. */
function codeRuns(shades: Uint8Array): readonly number[] {
  const coded: number[] = [];
  for (let row = 0; row < BOX.height; row += 1) {
    const pixels = shades.subarray(row * BOX.width, (row + 1) * BOX.width);
    for (let at = 0; at < pixels.length; ) {
      const shade = pixels[at] ?? 0;
      let length = 1;
      while (at + length < pixels.length && pixels[at + length] === shade) length += 1;
      if (shade !== 0 && length < 3) for (let n = 0; n < length; n += 1) coded.push(shade);
      else {
        const flags = (shade === 0 ? 0 : 0x80) | (length < 64 ? 0 : 0x40);
        coded.push(0, ...(length < 64 ? [flags | length] : [flags | (length >> 8), length & 255]));
        if (shade !== 0) coded.push(shade);
      }
      at += length;
    }
    coded.push(0, 0);
  }
  return coded;
}

/** Writes one segment of a .sup file. */
function segment(timeMs: number, type: number, data: readonly number[]): Buffer {
  const header = Buffer.alloc(13);
  header.write('PG', 'latin1');
  header.writeUInt32BE(Math.round(timeMs * 90), 2);
  header[10] = type;
  header.writeUInt16BE(data.length, 11);
  return Buffer.concat([header, Buffer.from(data)]);
}

/** The segments that show a text, or clear the screen. Objects are divided into two parts. */
function displaySet(timeMs: number, number: number, text: string | undefined): readonly Buffer[] {
  const placed = text === undefined ? [] : [[0, 0, 0, 0, ...word(BOX.left), ...word(BOX.top)]];
  const size = [...word(WIDTH), ...word(HEIGHT), 0x10];
  const composition = [...size, ...word(number), text === undefined ? 0 : 0x80, 0, 0, placed.length];
  const window = [1, 0, ...word(BOX.left), ...word(BOX.top), ...word(BOX.width), ...word(BOX.height)];
  const start = [segment(timeMs, 0x16, [...composition, ...placed.flat()]), segment(timeMs, 0x17, window)];
  const end = segment(timeMs, 0x80, []);
  if (text === undefined) return [...start, end];
  const shades = [
    [0, 16, 128, 128, 0],
    [1, 90, 128, 128, 255],
    [2, 160, 128, 128, 255],
    [3, 235, 128, 128, 255],
  ];
  const coded = codeRuns(drawShades(text));
  const half = Math.floor(coded.length / 2);
  const length = coded.length + 4;
  const first = [
    0,
    0,
    0,
    0x80,
    length >> 16,
    ...word(length & 0xffff),
    ...word(BOX.width),
    ...word(BOX.height),
  ];
  return [
    ...start,
    segment(timeMs, 0x14, [0, 0, ...shades.flat()]),
    segment(timeMs, 0x15, [...first, ...coded.slice(0, half)]),
    segment(timeMs, 0x15, [0, 0, 0, 0x40, ...coded.slice(half)]),
    end,
  ];
}

/** Writes Blu-ray subtitles. ffmpeg converts them to those of DVDs and television. */
export function writeSup(path: string, subtitles: readonly DrawnSubtitle[]): void {
  const sets = subtitles.flatMap(({ startMs, endMs, text }, at) => [
    ...displaySet(startMs, 2 * at, text),
    ...displaySet(endMs, 2 * at + 1, undefined),
  ]);
  writeFileSync(path, Buffer.concat(sets));
}

/** Writes the index of a program stream with DVD subtitles: where each begins, and when it appears. */
export function writeVobsubIndex(path: string, stream: Buffer, subtitles: readonly DrawnSubtitle[]): void {
  const PRIVATE_STREAM = Buffer.from([0, 0, 1, 0xbd]);
  const lines = ['# VobSub index file, v7', 'size: 640x360', 'langidx: 0', '', 'id: en, index: 0'];
  let at = -1;
  for (const { startMs } of subtitles) {
    // Only the first packet of a subtitle has a time.
    do at = stream.indexOf(PRIVATE_STREAM, at + 1);
    while (((stream[at + 7] ?? 0) & 0x80) === 0);
    const time = new Date(startMs).toISOString().slice(11, 23).replace('.', ':');
    lines.push(`timestamp: ${time}, filepos: ${at.toString(16).padStart(9, '0')}`);
  }
  writeFileSync(path, `${lines.join('\r\n')}\r\n`);
}
