import type { ReadLine } from '../../core/screenText.ts';
import type { Picture } from '../../ports/decoder.ts';

/** A language and the folder that holds its `<code>.traineddata.gz`. */
export interface LanguageData {
  readonly code: string;
  readonly folder: string;
}

/** What the screen text process does. */
export type ReaderCalls = {
  read: {
    params: { readonly picture: Picture; readonly languages: readonly LanguageData[] };
    event: never;
    result: readonly ReadLine[];
  };
};
