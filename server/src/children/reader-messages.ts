import type { ScreenTextLine } from '../core/media/merge-ocr-lines.ts';
import type { Picture } from '../ports/decoder.ts';

/** A language and the folder that holds its `<code>.traineddata.gz`. */
export interface LanguageData {
  readonly code: string;
  readonly folder: string;
}

/** The calls of the screen text child, as base/child-supervisor.ts types them. */
export type ReaderCalls = {
  read: {
    params: { readonly picture: Picture; readonly languages: readonly LanguageData[] };
    event: never;
    result: readonly ScreenTextLine[];
  };
};

/** `detail` of an error: the OCR engine or a language did not load. */
export const NOT_LOADED = 'notLoaded';
