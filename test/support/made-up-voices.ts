import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fill, makeMedia } from './make-media.ts';

/** The part of models/tiny-voices that tells made-up voices apart. */
export const TINY_VOICES = fileURLToPath(
  new URL('../../models/tiny-voices/model/embedding', import.meta.url),
);

/** A voice made of harmonics: its pitch, and the frequency that it is loudest at, Hz. */
export interface MadeUpVoice {
  readonly pitchHz: number;
  readonly formantHz: number;
}

export const LOW_VOICE: MadeUpVoice = { pitchHz: 110, formantHz: 450 };
export const HIGH_VOICE: MadeUpVoice = { pitchHz: 230, formantHz: 2600 };

/** A stretch of speech, seconds. */
export interface MadeUpTurn {
  readonly voice: MadeUpVoice;
  readonly start: number;
  readonly end: number;
}

const MAX_HARMONIC_HZ = 5000;

/** Returns the sound of turns at a time in seconds: syllables four times a second, -1..1. */
export function speakTurns(turns: readonly MadeUpTurn[]): (time: number) => number {
  return (time) => {
    let sum = 0;
    for (const { voice, start, end } of turns) {
      if (time < start || time >= end) continue;
      const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * (time - start))) ** 2;
      for (let hertz = voice.pitchHz; hertz < MAX_HARMONIC_HZ; hertz += voice.pitchHz) {
        const octaves = Math.log2(hertz / voice.formantHz);
        sum += 0.2 * syllable * Math.exp(-2 * octaves * octaves) * Math.sin(2 * Math.PI * hertz * time);
      }
    }
    return Math.max(-1, Math.min(1, sum));
  };
}

export interface MeetingSentence {
  readonly voice: MadeUpVoice;
  readonly text: string;
  /** The name that the subtitles give, if any. */
  readonly name?: string;
}

const TURN_S = 4;

/** Writes a video in which each sentence takes 4 s, with subtitles. */
export async function writeMeeting(
  path: string,
  sentences: readonly MeetingSentence[],
  shade = 60,
): Promise<void> {
  const cues = sentences.map(({ text, name }, i) => {
    const at = (s: number) => `00:${String(s).padStart(2, '0')}.000`;
    return `${at(TURN_S * i)} --> ${at(TURN_S * i + 3)}\n${name === undefined ? '' : `<v ${name}>`}${text}\n`;
  });
  writeFileSync(path.replace(/mp4$/, 'vtt'), `WEBVTT\n\n${cues.join('\n')}`);
  const turns = sentences.map(({ voice }, i) => ({ voice, start: TURN_S * i, end: TURN_S * i + 3.2 }));
  await makeMedia(path, {
    seconds: TURN_S * sentences.length,
    video: { width: 64, height: 64, fps: 5, draw: (canvas) => fill(canvas, [shade, 60, 120]) },
    audio: { sample: speakTurns(turns) },
  });
}
