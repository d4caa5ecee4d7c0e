import type { Facts } from '../core/facts.ts';
import type { Ms, TimeRange, Uri } from '../core/range.ts';
import type { Decoder, Picture } from './decoder.ts';

/** A range in which the picture may carry text that was not there before, with a frame to read it from. */
export interface TextFrame extends TimeRange {
  readonly picture: Picture;
}

/** What one decode of a whole file measured. */
export interface Measured {
  /** Clips with edges snapped to near cuts, covering the whole video. */
  readonly clips: readonly (TimeRange & { readonly facts: Facts })[];
  /** Times worth reading for screen text, each with the range over which the picture stays alike. */
  readonly textTimes: readonly TimeRange[];
}

/** Called with how far the pass has come. */
export type OnTime = (timeMs: Ms) => void;

/** A Decoder outside this process, with the folding of a whole pass done there. */
export interface Media extends Decoder {
  measure(uri: Uri, options: { readonly clipMs: Ms }, onTime: OnTime, signal: AbortSignal): Promise<Measured>;
  /** Ends the processes behind it. */
  close(): Promise<void>;
}
