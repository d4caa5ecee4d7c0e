import type { Ms } from '../../core/domain/time-range.ts';

export interface SoundBlock {
  readonly timeMs: Ms;
  readonly samples: Float32Array;
  /** Number of the channel that replaces the mix; missing for the mix. */
  readonly channel?: number | undefined;
}

/** Difference between time stamp and sample count that counts as a gap, ms. */
const MIN_GAP_MS = 100;

/**
 * Joins pieces of sound (`rate` Hz) into blocks of at most one second. A gap or another channel starts a new block.
 */
export function createSoundBlocks(rate: number): {
  add(samples: Float32Array, timeMs: number, channel?: number): readonly SoundBlock[];
  /** Returns the remaining samples. */
  end(): readonly SoundBlock[];
} {
  const block = new Float32Array(rate);
  let filledSamples = 0;
  let startMs = 0;
  let blockChannel: number | undefined;
  const takeBlock = (): readonly SoundBlock[] => {
    if (filledSamples === 0) return [];
    const fullBlock = {
      timeMs: Math.max(0, Math.round(startMs)),
      samples: block.slice(0, filledSamples),
      ...(blockChannel === undefined ? {} : { channel: blockChannel }),
    };
    startMs += (filledSamples * 1000) / rate;
    filledSamples = 0;
    return [fullBlock];
  };
  return {
    add(samples, timeMs, channel) {
      const blocks: SoundBlock[] = [];
      if (channel !== blockChannel) {
        blocks.push(...takeBlock());
        blockChannel = channel;
      }
      if (Math.abs(timeMs - (startMs + (filledSamples * 1000) / rate)) > MIN_GAP_MS) {
        blocks.push(...takeBlock());
        startMs = timeMs;
      }
      let offset = 0;
      while (offset < samples.length) {
        const count = Math.min(samples.length - offset, rate - filledSamples);
        block.set(samples.subarray(offset, offset + count), filledSamples);
        filledSamples += count;
        offset += count;
        if (filledSamples === rate) blocks.push(...takeBlock());
      }
      return blocks;
    },
    end: takeBlock,
  };
}
