/** Number of samples after which the choice between mix and channel is made again: one second at 16 kHz. */
const BLOCK_SAMPLES = 16_000;

/**
 * Power of the mix, as a share of the power of the loudest channel, below which the channels cancel each other out:
 * -12 dB. Independent channels lose 3 dB and a single one 6 dB. Only nearly opposite ones lose more.
 */
const MAX_CANCELLED_SHARE = 1 / 16;

/** Power below which a channel is silent, so that it is never better than the mix: -70 dBFS. */
const MIN_CHANNEL_POWER = 1e-7;

export interface MixedSound {
  readonly samples: Float32Array;
  /** Number of the channel that replaces the mix, from 0; missing for the mix. */
  readonly channel?: number;
}

export interface ChannelMixer {
  /** Takes the mix, and the samples of each channel at the same rate. Returns what to hear. */
  add(mix: Float32Array, channels: readonly Float32Array[]): MixedSound;
}

/** Splits interleaved samples into channels. */
export function splitChannels(interleaved: Float32Array, channelCount: number): readonly Float32Array[] {
  const length = Math.floor(interleaved.length / channelCount);
  return Array.from({ length: channelCount }, (_, channel) =>
    Float32Array.from({ length }, (_sample, at) => interleaved[at * channelCount + channel] ?? 0),
  );
}

function powerSum(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}

/**
 * Creates a filter that replaces the mono mix by the loudest channel while the channels cancel each other out, as they
 * do if one wire is reversed. Decides from the power of the last second, in constant memory.
 */
export function createChannelMixer(): ChannelMixer {
  let mixPower = 0;
  let channelPowers: number[] = [];
  let sampleCount = 0;
  return {
    add(mix, channels) {
      // Old power counts less and less, so that the choice follows the sound.
      const decay = Math.max(0, 1 - mix.length / BLOCK_SAMPLES);
      sampleCount = sampleCount * decay + mix.length;
      mixPower = mixPower * decay + powerSum(mix);
      channelPowers = channels.map((samples, at) => (channelPowers[at] ?? 0) * decay + powerSum(samples));
      const loudest = channelPowers.indexOf(Math.max(...channelPowers));
      const loudestPower = channelPowers[loudest] ?? 0;
      const isCancelled =
        channels.length > 1 &&
        loudestPower > MIN_CHANNEL_POWER * sampleCount &&
        mixPower < loudestPower * MAX_CANCELLED_SHARE;
      const channel = channels[loudest];
      return isCancelled && channel ? { samples: channel, channel: loudest } : { samples: mix };
    },
  };
}
