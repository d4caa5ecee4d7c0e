/** Share of the sound from which a single channel counts as what is heard. */
const MIN_CHANNEL_SHARE = 0.1;
/** Mean square of samples from which a block counts as sound: -50 dBFS. */
const MIN_SOUND_POWER = 1e-5;

/** Counts how much of a sound comes from single channels instead of the mix. */
export function createChannelUse(): {
  add(samples: Float32Array, channel: number | undefined): void;
  /** Returns the channel that replaces the mix most, or undefined if the mix is heard almost always. */
  channel(): number | undefined;
} {
  const samplesByChannel = new Map<number, number>();
  let soundingSamples = 0;
  return {
    add(samples, channel) {
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
      if (power < MIN_SOUND_POWER) return;
      soundingSamples += samples.length;
      if (channel === undefined) return;
      samplesByChannel.set(channel, (samplesByChannel.get(channel) ?? 0) + samples.length);
    },
    channel() {
      const [most] = [...samplesByChannel].sort(([, a], [, b]) => b - a);
      return most !== undefined && most[1] >= soundingSamples * MIN_CHANNEL_SHARE ? most[0] : undefined;
    },
  };
}
