import type { Measured } from '../core/measured.ts';
import type { Ms, Uri } from '../core/range.ts';
import type { Decoder } from './decoder.ts';

/** Called with how far the pass has come. */
export type OnTime = (timeMs: Ms) => void;

/** A Decoder outside this process, with the folding of a whole pass done there. */
export interface Media extends Decoder {
  measure(uri: Uri, options: { readonly clipMs: Ms }, onTime: OnTime, signal: AbortSignal): Promise<Measured>;
  /** Ends the processes behind it. */
  close(): Promise<void>;
}
