export type VideoCodec = 'h264' | 'vp8';
export type SoundCodec = 'mp3' | 'opus' | 'aac';

/** `light`: for immediate playback, on a machine with other work. `good`: for files to keep. */
export type EncodingQuality = 'light' | 'good';

interface Encoding {
  /** libav's name of the encoder. */
  readonly encoder: string;
  /** Options by name, as used by the encoder and on FFmpeg's command line. */
  readonly options: Readonly<Record<string, string>>;
}

/** Maximum number of threads for one encoder, so that two streams do not starve the machine. */
const ENCODER_THREADS = '2';

export function toVideoEncoding(kind: VideoCodec, quality: EncodingQuality): Encoding {
  if (kind === 'vp8') {
    const options = {
      deadline: 'realtime',
      'cpu-used': '16',
      b: '1500000',
      crf: '20',
      threads: ENCODER_THREADS,
    };
    return { encoder: 'libvpx', options };
  }
  const lightOptions = { preset: 'ultrafast', tune: 'zerolatency', crf: '25', threads: ENCODER_THREADS };
  const goodOptions = { preset: 'veryfast', crf: '20', threads: ENCODER_THREADS };
  return { encoder: 'libx264', options: quality === 'light' ? lightOptions : goodOptions };
}

/** `packed` is true if the encoder takes interleaved samples of both channels. */
export function toSoundEncoding(kind: SoundCodec): Encoding & { readonly isInterleaved: boolean } {
  if (kind === 'opus') return { encoder: 'libopus', options: { b: '128000' }, isInterleaved: true };
  if (kind === 'mp3') return { encoder: 'libmp3lame', options: { b: '160000' }, isInterleaved: false };
  return { encoder: 'aac', options: { b: '160000' }, isInterleaved: false };
}
