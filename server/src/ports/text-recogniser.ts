import type { ScreenTextLine } from '../core/media/merge-ocr-lines.ts';
import type { Picture } from './decoder.ts';

/** Reads text off pictures (screen text), in a process of its own. */
export interface TextRecogniser {
  /** Who reads, for Description.describer: `tesseract.js 7.0.0`. */
  readonly name: string;
  /**
   * Lines in reading order; none where nothing on the picture looks like text. Light or dark themes, type of 10 px
   * and more. Rejects with UnavailableError where a language is not installed, and with the signal's reason.
   */
  read(
    picture: Picture,
    languages: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ScreenTextLine[]>;
  /** Ends the process behind it. */
  close(): Promise<void>;
}
