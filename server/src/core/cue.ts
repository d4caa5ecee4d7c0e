import type { TimeRange } from './range.ts';

/** What the text of a Cue is: what is said, or what a describer of pictures wrote (WebVTT `descriptions`). */
export type CueKind = 'speech' | 'description';

/** A timed line of a subtitle track, a sidecar file or speech recognition; plain text, no markup. */
export interface Cue extends TimeRange {
  readonly text: string;
  readonly kind: CueKind;
  readonly speaker?: string;
}

/** Cues of one track with what is known of it. */
export interface CueTrack {
  /** The sidecar's file name, or `track N` for an embedded one. */
  readonly source: string;
  /** BCP 47, absent where not known. */
  readonly language?: string;
  readonly cues: readonly Cue[];
}
