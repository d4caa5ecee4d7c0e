import { flattenImages, type PaletteColour } from './bitmap-canvas.ts';
import type { BitmapDecoder } from './pgs-decoder.ts';

/** One unit of delay: 1024 ticks of a clock of 90 kHz. ms */
const DELAY_UNIT_MS = 1024 / 90;
const MAX_WIDTH = 1920;
const MAX_HEIGHT = 1080;

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);

/** Parses the palette that containers keep as text: `palette: ffffff, 000000, ...`. */
export function parseVobsubPalette(text: string): readonly PaletteColour[] {
  const [, list = ''] = /palette:\s*([\da-f, ]+)/i.exec(text) ?? [];
  return (list.match(/[\da-f]{6}/gi) ?? []).map((hex) => {
    const value = Number.parseInt(hex, 16);
    return [value >> 16, (value >> 8) & 0xff, value & 0xff, 255];
  });
}

interface Area {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What the control sequences of a packet say. */
interface Controls {
  area: Area | undefined;
  colours: readonly number[];
  alphas: readonly number[];
  fields: readonly [number, number] | undefined;
  startMs: number;
  stopMs: number | undefined;
}

const nibblesOf = (bytes: Uint8Array, at: number): readonly number[] =>
  [wordAt(bytes, at)].flatMap((word) => [word & 15, (word >> 4) & 15, (word >> 8) & 15, (word >> 12) & 15]);

function parseArea(bytes: Uint8Array, at: number): Area {
  const pair = (from: number): readonly [number, number] => {
    const middle = bytes[from + 1] ?? 0;
    return [(bytes[from] ?? 0) * 16 + (middle >> 4), (middle & 15) * 256 + (bytes[from + 2] ?? 0)];
  };
  const [left, right] = pair(at);
  const [top, bottom] = pair(at + 3);
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Lengths of the arguments of commands, bytes. */
const ARGUMENT_BYTES: readonly number[] = [0, 0, 0, 2, 2, 6, 4];

function parseControls(packet: Uint8Array): Controls {
  const controls: Controls = {
    area: undefined,
    colours: [0, 1, 2, 3],
    alphas: [0, 15, 15, 15],
    fields: undefined,
    startMs: 0,
    stopMs: undefined,
  };
  for (let at = wordAt(packet, 2), last = -1; at > last && at + 4 <= packet.length; ) {
    const delayMs = wordAt(packet, at) * DELAY_UNIT_MS;
    const next = wordAt(packet, at + 2);
    for (let command = at + 4; command < packet.length; ) {
      const code = packet[command] ?? 255;
      const length = ARGUMENT_BYTES[code];
      if (length === undefined) break;
      if (code <= 1) controls.startMs = delayMs;
      else if (code === 2) controls.stopMs = delayMs;
      else if (code === 3) controls.colours = nibblesOf(packet, command + 1);
      else if (code === 4) controls.alphas = nibblesOf(packet, command + 1);
      else if (code === 5) controls.area = parseArea(packet, command + 1);
      else controls.fields = [wordAt(packet, command + 1), wordAt(packet, command + 3)];
      command += 1 + length;
    }
    last = at;
    at = next;
  }
  return controls;
}

/** Expands one field: every second row, in runs of 4 to 16 bits. Returns the position after it, bytes. */
export function expandField(
  packet: Uint8Array,
  from: number,
  indexes: Uint8Array,
  area: Pick<Area, 'width' | 'height'>,
  firstRow: number,
): number {
  let place = from * 2;
  const takeNibble = (): number => {
    const byte = packet[place >> 1] ?? 0;
    const nibble = place % 2 === 0 ? byte >> 4 : byte & 15;
    place += 1;
    return nibble;
  };
  for (let row = firstRow; row < area.height; row += 2) {
    for (let x = 0; x < area.width && place < packet.length * 2; ) {
      let code = takeNibble();
      for (const limit of [4, 16, 64]) {
        if (code >= limit) break;
        code = code * 16 + takeNibble();
      }
      const run = code >> 2;
      const end = run === 0 ? area.width : Math.min(area.width, x + run);
      indexes.fill(code & 3, row * area.width + x, row * area.width + end);
      x = end;
    }
    if (place % 2 === 1) place += 1;
  }
  return place / 2;
}

/** Shades for files without a palette: text is mostly the most opaque of the colours. */
const GREY: readonly PaletteColour[] = Array.from({ length: 16 }, (_, at) => [
  at * 17,
  at * 17,
  at * 17,
  255,
]);

/** Creates a decoder of DVD subtitles (VobSub). */
export function createVobsubDecoder(palette: readonly PaletteColour[]): BitmapDecoder {
  const colours = palette.length > 0 ? palette : GREY;
  let waiting: Uint8Array = new Uint8Array(0);
  return {
    add(packet) {
      // In DVD files a subtitle may be divided among packets.
      const joined = new Uint8Array(waiting.length + packet.length);
      joined.set(waiting);
      joined.set(packet, waiting.length);
      const size = wordAt(joined, 0);
      waiting = size > joined.length ? joined : new Uint8Array(0);
      if (size > joined.length) return [];
      const { area, fields, alphas, colours: indexed, startMs, stopMs } = parseControls(joined);
      const isShown =
        area &&
        fields &&
        area.width > 0 &&
        area.height > 0 &&
        area.width <= MAX_WIDTH &&
        area.height <= MAX_HEIGHT;
      if (!isShown) return [];
      const indexes = new Uint8Array(area.width * area.height);
      for (const [row, from] of fields.entries()) expandField(joined, from, indexes, area, row);
      const shown = [0, 1, 2, 3].map((at): PaletteColour => {
        const [red, green, blue] = colours[indexed[at] ?? 0] ?? [255, 255, 255, 255];
        return [red, green, blue, (alphas[at] ?? 0) * 17];
      });
      const image = flattenImages([{ ...area, indexes, palette: shown }]);
      const screens = [{ image, delayMs: startMs }];
      return stopMs === undefined ? screens : [...screens, { image: undefined, delayMs: stopMs }];
    },
  };
}
