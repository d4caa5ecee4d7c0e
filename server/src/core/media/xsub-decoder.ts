import { flattenImages, type PaletteColour } from './bitmap-canvas.ts';
import type { BitmapDecoder } from './pgs-decoder.ts';
import { expandField } from './vobsub-decoder.ts';

/** The times at the start of a packet: `[00:00:02.000-00:00:04.000]`. */
const TIMES = /^\[(\d+):(\d\d):(\d\d)[.:](\d{3})-(\d+):(\d\d):(\d\d)[.:](\d{3})\]$/;
const TIMES_BYTES = 27;
const MAX_WIDTH = 1920;
const MAX_HEIGHT = 1080;

const wordAt = (bytes: Uint8Array, at: number) => (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;

const toMs = ([hours, minutes, seconds, ms]: readonly string[]) =>
  (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + Number(ms);

/**
 * Creates a decoder of DivX subtitles (XSUB). A packet states when its picture ends.
 * @param hasAlpha Whether colours have an opacity of their own (`DXSA`).
 */
export function createXsubDecoder(hasAlpha: boolean): BitmapDecoder {
  return {
    add(packet) {
      const times = TIMES.exec(String.fromCharCode(...packet.subarray(0, TIMES_BYTES)));
      const [width, height] = [wordAt(packet, TIMES_BYTES), wordAt(packet, TIMES_BYTES + 2)];
      if (times === null || width === 0 || height === 0 || width > MAX_WIDTH || height > MAX_HEIGHT)
        return [];
      const colours = packet.subarray(TIMES_BYTES + 14);
      const palette = [0, 1, 2, 3].map((at): PaletteColour => {
        const [red = 0, green = 0, blue = 0] = colours.subarray(at * 3, at * 3 + 3);
        const opacity = at === 0 ? 0 : 255;
        return [red, green, blue, hasAlpha ? (colours[12 + at] ?? 0) : opacity];
      });
      const area = { left: 0, top: 0, width, height };
      const indexes = new Uint8Array(width * height);
      const from = TIMES_BYTES + 14 + (hasAlpha ? 16 : 12);
      const middle = expandField(packet, from, indexes, area, 0);
      expandField(packet, middle, indexes, area, 1);
      const durationMs = Math.max(0, toMs(times.slice(5)) - toMs(times.slice(1, 5)));
      return [
        { image: flattenImages([{ ...area, indexes, palette }]), delayMs: 0 },
        { image: undefined, delayMs: durationMs },
      ];
    },
  };
}
