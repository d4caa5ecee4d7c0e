import type { Ms } from '../../core/domain/time-range.ts';

export interface SoundBlock {
  readonly timeMs: Ms;
  readonly samples: Float32Array;
}

/** Difference between time stamp and sample count that counts as a gap, ms. */
const GAP_MS = 100;

/** Joins pieces of sound (`rate` Hz) into blocks of at most one second. A gap starts a new block. */
export function createSoundBlocks(rate: number): {
  add(samples: Float32Array, timeMs: number | undefined): readonly SoundBlock[];
  /** Returns the remaining samples. */
  end(): readonly SoundBlock[];
} {
  const block = new Float32Array(rate);
  let filled = 0;
  let startMs = 0;
  const take = (): readonly SoundBlock[] => {
    if (filled === 0) return [];
    const full = { timeMs: Math.max(0, Math.round(startMs)), samples: block.slice(0, filled) };
    startMs += (filled * 1000) / rate;
    filled = 0;
    return [full];
  };
  return {
    add(samples, timeMs) {
      const blocks: SoundBlock[] = [];
      if (timeMs !== undefined && Math.abs(timeMs - (startMs + (filled * 1000) / rate)) > GAP_MS) {
        blocks.push(...take());
        startMs = timeMs;
      }
      let from = 0;
      while (from < samples.length) {
        const count = Math.min(samples.length - from, rate - filled);
        block.set(samples.subarray(from, from + count), filled);
        filled += count;
        from += count;
        if (filled === rate) blocks.push(...take());
      }
      return blocks;
    },
    end: take,
  };
}
