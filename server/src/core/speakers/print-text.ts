import { normalisePrint } from './voice-track.ts';

/** Largest value of one byte with a sign. */
const MAX_BYTE = 127;

/** Writes a print as text, with 8 bits for each number. */
export function printToText(print: Float32Array): string {
  const peak = print.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const bytes = Int8Array.from(print, (value) => Math.round((value / peak) * MAX_BYTE));
  return btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
}

/** Reads a print; undefined if the text is none. */
export function textToPrint(text: string): Float32Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return normalisePrint(Float32Array.from(new Int8Array(bytes.buffer)));
  } catch {
    return undefined;
  }
}
