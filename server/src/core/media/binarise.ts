import type { LumaImage } from './luma-image.ts';
import { type TextRegions, TILE_PX } from './text-regions.ts';

/** Less contrast than this around a pixel is background, levels. */
const MIN_CONTRAST = 40;
/** Levels that count as one when the commonest is looked for. */
const LEVELS_PER_BIN = 8;
/** A row of so many tiles of one level is a bar or a panel, not a stroke of a letter. */
const MIN_BAR_TILES = 12;
/** Text this light on a background darker than that may have a dark edge, levels. */
const MIN_OUTLINED_TEXT_LUMA = 225;
const MAX_OUTLINED_BACKGROUND_LUMA = 170;
/** Share of the contrast at either end that is cut off. */
const CLIPPED_CONTRAST_SHARE = 0.08;

interface TileLevels {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** The commonest level of each tile. */
  readonly mostCommon: Uint8Array;
}

function tileLevels({ width, height, data }: LumaImage, { across, down, marks }: TextRegions): TileLevels {
  const low = new Uint8Array(across * down).fill(255);
  const high = new Uint8Array(across * down);
  const mostCommon = new Uint8Array(across * down);
  const counts = new Uint16Array(256 / LEVELS_PER_BIN);
  for (let tile = 0; tile < marks.length; tile += 1) {
    const left = (tile % across) * TILE_PX;
    const top = Math.floor(tile / across) * TILE_PX;
    counts.fill(0);
    let [minLevel, maxLevel] = [255, 0];
    for (let y = top; y < Math.min(height, top + TILE_PX); y += 1) {
      for (let at = y * width + left; at < y * width + Math.min(width, left + TILE_PX); at += 1) {
        const value = data[at] ?? 0;
        if (value < minLevel) minLevel = value;
        if (value > maxLevel) maxLevel = value;
        const level = Math.floor(value / LEVELS_PER_BIN);
        counts[level] = (counts[level] ?? 0) + 1;
      }
    }
    low[tile] = minLevel;
    high[tile] = maxLevel;
    mostCommon[tile] = counts.indexOf(Math.max(...counts)) * LEVELS_PER_BIN + LEVELS_PER_BIN / 2;
  }
  return { low, high, mostCommon };
}

/** The values of a tile and those up to `reach` around it, in order. */
function sortedNeighbourLevels(
  levels: Uint8Array,
  tile: number,
  { across, down }: TextRegions,
  radiusTiles: number,
): Uint8Array {
  const x = tile % across;
  const y = Math.floor(tile / across);
  const values: number[] = [];
  for (let row = Math.max(0, y - radiusTiles); row <= Math.min(down - 1, y + radiusTiles); row += 1) {
    for (
      let column = Math.max(0, x - radiusTiles);
      column <= Math.min(across - 1, x + radiusTiles);
      column += 1
    ) {
      values.push(levels[row * across + column] ?? 0);
    }
  }
  return Uint8Array.from(values).sort();
}

/**
 * Level of the background at a tile. The median of the nearest tiles keeps the edges of panels and bars; inside a
 * big letter it is the letter's own, so there, where it is not a bar of its own, that of a wider place is taken.
 */
function estimateBackground(mostCommon: Uint8Array, tile: number, tiles: TextRegions): number {
  const median = (reach: number): number => {
    const values = sortedNeighbourLevels(mostCommon, tile, tiles, reach);
    return values[values.length >> 1] ?? 0;
  };
  const nearMedian = median(1);
  const wideMedian = median(3);
  const isSimilarLevel = (at: number): boolean =>
    Math.abs((mostCommon[at] ?? 0) - nearMedian) <= LEVELS_PER_BIN * 2;
  if (Math.abs(nearMedian - wideMedian) <= LEVELS_PER_BIN * 2) return nearMedian;
  const rowStart = tile - (tile % tiles.across);
  let [left, right] = [tile, tile];
  while (left > rowStart && isSimilarLevel(left - 1)) left -= 1;
  while (right + 1 < rowStart + tiles.across && isSimilarLevel(right + 1)) right += 1;
  return right - left >= MIN_BAR_TILES ? nearMedian : wideMedian;
}

/**
 * Black text on white wherever text may be, whatever the theme: place by place the commonest level is the
 * background, what stands out from it most, lighter or darker, is the text, and all else is white.
 */
export function binarise(picture: LumaImage, tiles: TextRegions): LumaImage {
  const { width, height, data } = picture;
  const levels = tileLevels(picture, tiles);
  const output = new Uint8Array(width * height).fill(255);
  for (let tile = 0; tile < tiles.marks.length; tile += 1) {
    if (!tiles.marks[tile]) continue;
    const background = estimateBackground(levels.mostCommon, tile, tiles);
    const above = (sortedNeighbourLevels(levels.high, tile, tiles, 1).at(-1) ?? 0) - background;
    const below = background - (sortedNeighbourLevels(levels.low, tile, tiles, 1)[0] ?? 0);
    // Burnt-in subtitles are white with a dark edge: there the light part is the text.
    const lightText =
      above > below ||
      (background < MAX_OUTLINED_BACKGROUND_LUMA && background + above >= MIN_OUTLINED_TEXT_LUMA);
    const contrast = lightText ? above : below;
    if (contrast < MIN_CONTRAST) continue;
    const sign = lightText ? 1 : -1;
    const left = (tile % tiles.across) * TILE_PX;
    const top = Math.floor(tile / tiles.across) * TILE_PX;
    for (let y = top; y < Math.min(height, top + TILE_PX); y += 1) {
      for (let at = y * width + left; at < y * width + Math.min(width, left + TILE_PX); at += 1) {
        const ink = (((data[at] ?? 0) - background) * sign) / contrast;
        output[at] =
          255 *
          (1 - Math.max(0, Math.min(1, (ink - CLIPPED_CONTRAST_SHARE) / (1 - 2 * CLIPPED_CONTRAST_SHARE))));
      }
    }
  }
  return { width, height, data: output };
}
