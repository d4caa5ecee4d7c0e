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
