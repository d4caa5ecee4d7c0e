import type { GreyPicture } from './greyPicture.ts';
import { type TextTiles, TILE } from './textTiles.ts';

/** Less contrast than this around a pixel is background, levels. */
const LEAST_CONTRAST = 40;
/** Levels that count as one when the commonest is looked for. */
const LEVELS = 8;
/** A row of so many tiles of one level is a bar or a panel, not a stroke of a letter. */
const BAR_TILES = 12;
/** Text this light on a background darker than that may have a dark edge, levels. */
const OUTLINED_TEXT = 225;
const OUTLINED_GROUND = 170;
/** Share of the contrast at either end that is cut off. */
const FAINT = 0.08;

interface Levels {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** The commonest level of each tile. */
  readonly common: Uint8Array;
}

function tileLevels({ width, height, data }: GreyPicture, { across, down, marks }: TextTiles): Levels {
  const low = new Uint8Array(across * down).fill(255);
  const high = new Uint8Array(across * down);
  const common = new Uint8Array(across * down);
  const counts = new Uint16Array(256 / LEVELS);
  for (let tile = 0; tile < marks.length; tile += 1) {
    const left = (tile % across) * TILE;
    const top = Math.floor(tile / across) * TILE;
    counts.fill(0);
    let [least, most] = [255, 0];
    for (let y = top; y < Math.min(height, top + TILE); y += 1) {
      for (let at = y * width + left; at < y * width + Math.min(width, left + TILE); at += 1) {
        const value = data[at] ?? 0;
        if (value < least) least = value;
        if (value > most) most = value;
        const level = Math.floor(value / LEVELS);
        counts[level] = (counts[level] ?? 0) + 1;
      }
    }
    low[tile] = least;
    high[tile] = most;
    common[tile] = counts.indexOf(Math.max(...counts)) * LEVELS + LEVELS / 2;
  }
  return { low, high, common };
}

/** The values of a tile and those up to `reach` around it, in order. */
function near(from: Uint8Array, tile: number, { across, down }: TextTiles, reach: number): Uint8Array {
  const x = tile % across;
  const y = Math.floor(tile / across);
  const values: number[] = [];
  for (let row = Math.max(0, y - reach); row <= Math.min(down - 1, y + reach); row += 1) {
    for (let column = Math.max(0, x - reach); column <= Math.min(across - 1, x + reach); column += 1) {
      values.push(from[row * across + column] ?? 0);
    }
  }
  return Uint8Array.from(values).sort();
}

/**
 * Level of the background at a tile. The median of the nearest tiles keeps the edges of panels and bars; inside a
 * big letter it is the letter's own, so there, where it is not a bar of its own, that of a wider place is taken.
 */
function groundAt(common: Uint8Array, tile: number, tiles: TextTiles): number {
  const median = (reach: number): number => {
    const values = near(common, tile, tiles, reach);
    return values[values.length >> 1] ?? 0;
  };
  const close = median(1);
  const wide = median(3);
  const same = (at: number): boolean => Math.abs((common[at] ?? 0) - close) <= LEVELS * 2;
  if (Math.abs(close - wide) <= LEVELS * 2) return close;
  const rowStart = tile - (tile % tiles.across);
  let [left, right] = [tile, tile];
  while (left > rowStart && same(left - 1)) left -= 1;
  while (right + 1 < rowStart + tiles.across && same(right + 1)) right += 1;
  return right - left >= BAR_TILES ? close : wide;
}

/**
 * Black text on white wherever text may be, whatever the theme: place by place the commonest level is the
 * background, what stands out from it most, lighter or darker, is the text, and all else is white.
 */
export function legible(picture: GreyPicture, tiles: TextTiles): GreyPicture {
  const { width, height, data } = picture;
  const levels = tileLevels(picture, tiles);
  const out = new Uint8Array(width * height).fill(255);
  for (let tile = 0; tile < tiles.marks.length; tile += 1) {
    if (!tiles.marks[tile]) continue;
    const ground = groundAt(levels.common, tile, tiles);
    const above = (near(levels.high, tile, tiles, 1).at(-1) ?? 0) - ground;
    const below = ground - (near(levels.low, tile, tiles, 1)[0] ?? 0);
    // Burnt-in subtitles are white with a dark edge: there the light part is the text.
    const light = above > below || (ground < OUTLINED_GROUND && ground + above >= OUTLINED_TEXT);
    const contrast = light ? above : below;
    if (contrast < LEAST_CONTRAST) continue;
    const sign = light ? 1 : -1;
    const left = (tile % tiles.across) * TILE;
    const top = Math.floor(tile / tiles.across) * TILE;
    for (let y = top; y < Math.min(height, top + TILE); y += 1) {
      for (let at = y * width + left; at < y * width + Math.min(width, left + TILE); at += 1) {
        const ink = (((data[at] ?? 0) - ground) * sign) / contrast;
        out[at] = 255 * (1 - Math.max(0, Math.min(1, (ink - FAINT) / (1 - 2 * FAINT))));
      }
    }
  }
  return { width, height, data: out };
}
