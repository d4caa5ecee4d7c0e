import {
  LUMA_GRID_CELLS,
  LUMA_GRID_HEIGHT_PX,
  LUMA_GRID_WIDTH_PX,
} from '../../server/src/core/media/luma-grid.ts';

/** Numbers 0..1 that are the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Grey = Uint8Array;

export function flat(level: number): Grey {
  return new Uint8Array(LUMA_GRID_CELLS).fill(level);
}

/** A picture of soft blobs, another one for each seed; `shift` moves it to the left by cells. */
export function scene(seed: number, shift = 0): Grey {
  const random = seeded(seed);
  const blobs = Array.from({ length: 8 }, () => ({
    x: random() * 2 * LUMA_GRID_WIDTH_PX,
    y: random() * LUMA_GRID_HEIGHT_PX,
    size: 4 + random() * 12,
    level: random() * 200 - 100,
  }));
  const base = 60 + random() * 130;
  return Uint8Array.from({ length: LUMA_GRID_CELLS }, (_, i) => {
    const x = (i % LUMA_GRID_WIDTH_PX) + shift;
    const y = Math.floor(i / LUMA_GRID_WIDTH_PX);
    const sum = blobs.reduce(
      (level, blob) =>
        level + blob.level * Math.exp(-((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.size ** 2),
      base,
    );
    return Math.max(0, Math.min(255, Math.round(sum)));
  });
}

/** `a` turning into `b`: share 0 is `a`. */
export function blend(a: Grey, b: Grey, share: number): Grey {
  return a.map((value, i) => Math.round(value * (1 - share) + (b[i] ?? 0) * share));
}

/** Adds up to `most` levels of noise either way. */
export function noisy(data: Grey, most: number, random: () => number): Grey {
  return data.map((value) => Math.max(0, Math.min(255, Math.round(value + (random() * 2 - 1) * most))));
}

/** Draws a row of text as the small picture shows it: cells of `level` from column `x`, `length` long. */
export function withText(data: Grey, x: number, y: number, length: number, level: number): Grey {
  const drawn = data.slice();
  for (let i = 0; i < length; i += 1) drawn[y * LUMA_GRID_WIDTH_PX + x + i] = level - ((i * 37) % 30);
  return drawn;
}
