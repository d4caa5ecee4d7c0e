import type { LumaImage } from './luma-image.ts';
import { type TextRegions, TILE_PX } from './text-regions.ts';

/** Treats areas with less contrast as background, in levels. */
const MIN_CONTRAST = 40;
/** Width of the histogram bins used to find the most common level. */
const LEVELS_PER_BIN = 8;
/** Treats a row of this many tiles of one level as a bar or panel, not a letter stroke. */
const MIN_BAR_TILES = 12;
/** Assumes a dark outline for text lighter than the first level on a background darker than the second. */
const MIN_OUTLINED_TEXT_LUMA = 225;
const MAX_OUTLINED_BACKGROUND_LUMA = 170;
/** Share of the contrast that is clipped at either end. */
const CLIPPED_CONTRAST_SHARE = 0.08;

interface TileLevels {
  readonly low: Uint8Array;
  readonly high: Uint8Array;
  /** Most common level of each tile. */
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

/** Returns the levels of a tile and of its neighbours within `radiusTiles`, sorted. */
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
 * Estimates the background level at a tile. The median of the nearest tiles preserves the edges of panels and
 * bars. Inside a large letter that median is the letter itself; there, unless the tile is part of a bar, a
 * wider median is used.
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
 * Converts text areas to black text on white, for light and dark themes. In each area the most common level
 * is the background, the level that differs most from it is the text, and everything else is white.
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
    // Takes the light part as text for burnt-in subtitles, which are white with a dark outline.
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
