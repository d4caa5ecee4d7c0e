import { execFileSync } from 'node:child_process';
import { makeMedia } from './make-media.ts';

const RATE_HZ = 16_000;

/** Decodes a sound file to 16 kHz mono with the ffmpeg on the PATH. */
export function decodeSound(path: string): Float32Array {
  const options = [
    '-v',
    'error',
    '-nostdin',
    '-i',
    path,
    '-ac',
    '1',
    '-ar',
    `${RATE_HZ}`,
    '-f',
    'f32le',
    '-',
  ];
  const bytes = execFileSync('ffmpeg', options, { maxBuffer: 2 ** 28 });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Speaks a text with espeak-ng in a voice such as `en-gb` or `de`. */
export function speakText(text: string, voice: string): Float32Array {
  const wav = execFileSync('espeak-ng', ['-v', voice, '-s', '150', '--stdout', text], { maxBuffer: 2 ** 28 });
  const options = ['-v', 'error', '-i', '-', '-ac', '1', '-ar', `${RATE_HZ}`, '-f', 'f32le', '-'];
  const bytes = execFileSync('ffmpeg', options, { input: wav, maxBuffer: 2 ** 28 });
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export const silence = (seconds: number): Float32Array => new Float32Array(Math.round(seconds * RATE_HZ));

/** Joins sounds one after the other. */
export function joinSounds(...sounds: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(sounds.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const sound of sounds) {
    joined.set(sound, at);
    at += sound.length;
  }
  return joined;
}

const rootMeanSquare = (sound: Float32Array) =>
  Math.sqrt(sound.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, sound.length));

/** Adds a background so that the speech is `decibels` louder, both measured over the whole sound. */
export function mixSounds(speech: Float32Array, background: Float32Array, decibels: number): Float32Array {
  const factor = rootMeanSquare(speech) / (rootMeanSquare(background) || 1) / 10 ** (decibels / 20);
  const mixed = speech.map((sample, i) => sample + factor * (background[i] ?? 0));
  const peak = mixed.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  return mixed.map((sample) => sample / peak);
}

/** Numbers in -1..1, equal at every run. */
function createRandom(): () => number {
  let state = 99;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

export function whiteNoise(seconds: number): Float32Array {
  const random = createRandom();
  return silence(seconds).map(() => 0.3 * random());
}

/** Plucked chords on a beat, with a drum: rhythmic as speech is. */
export function rhythmicMusic(seconds: number): Float32Array {
  return silence(seconds).map((_, i) => {
    const time = i / RATE_HZ;
    const beat = time % 0.4;
    const root = [220, 196, 174.6, 261.6][Math.floor(time / 1.6) % 4] ?? 220;
    const chord = [1, 1.26, 1.5].reduce((sum, ratio) => sum + Math.sin(2 * Math.PI * root * ratio * time), 0);
    return (
      0.12 * Math.exp(-beat * 6) * chord + 0.3 * Math.exp(-beat * 40) * Math.sin(2 * Math.PI * 70 * beat)
    );
  });
}

/** Keys struck at uneven times: short bursts of noise. */
export function typing(seconds: number): Float32Array {
  const random = createRandom();
  const sound = silence(seconds);
  for (let at = 0.2; at < seconds - 0.2; at += 0.13 + 0.06 * (1 + random())) {
    const start = Math.round(at * RATE_HZ);
    for (let i = 0; i < 500; i += 1) sound[start + i] = 0.5 * random() * Math.exp(-i / 70);
  }
  return sound;
}

/** Writes a sound as an audio file that loses nothing (.flac). */
export function writeSound(path: string, sound: Float32Array): Promise<void> {
  return makeMedia(path, {
    seconds: sound.length / RATE_HZ,
    audio: {
      codec: 'flac',
      sampleRate: RATE_HZ,
      sample: (time) => Math.max(-0.99, Math.min(0.99, sound[Math.round(time * RATE_HZ)] ?? 0)),
    },
  });
}
