import type { Picture } from './decoder.ts';

/** A line of text read off a picture. */
export interface ReadLine {
  readonly text: string;
  /** 0..1 */
  readonly confidence: number;
  /** px in the picture. */
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
}

/** Reads text off pictures (screen text), in a process of its own. */
export interface Reader {
  /** Who reads, for Description.describer: `tesseract.js 7 eng`. */
  readonly name: string;
  read(picture: Picture, languages: readonly string[], signal: AbortSignal): Promise<readonly ReadLine[]>;
  close(): Promise<void>;
}
