import type { ScreenTextLine } from '../core/media/merge-ocr-lines.ts';
import type { Picture } from './decoder.ts';

/** Recognises text in pictures (OCR), in a separate process. */
export interface TextRecogniser {
  /** Name and version for `Description.describer`: `tesseract.js 7.0.0`. */
  readonly name: string;
  /**
   * Returns lines in reading order; [] if nothing looks like text. Supports light and dark themes and type of
   * 10 px or more. Rejects with ModelUnavailableError if a language is not installed, and with the signal's
   * reason.
   */
  read(
    picture: Picture,
    languages: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ScreenTextLine[]>;
  /** Ends the process behind it. */
  close(): Promise<void>;
}
