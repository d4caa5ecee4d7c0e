import type { EvidenceKind } from '../../../protocol/base.ts';
import type { TimeRange } from './time-range.ts';

/** What the text of a Cue is: what is said, or what a describer of pictures wrote (WebVTT `descriptions`). */
export type CueKind = Extract<EvidenceKind, 'speech' | 'description'>;

/** A timed line of a subtitle track, a sidecar file or speech recognition; plain text, no markup. */
export interface Cue extends TimeRange {
  readonly text: string;
  readonly kind: CueKind;
  readonly speaker?: string;
}

/** The video that a sidecar lies beside. */
export interface BesideVideo {
  /** Its file name, whose words are no language. */
  readonly video?: string;
  /** For formats that count frames and do not say how long one is. */
  readonly framesPerSecond?: number;
}

/** Cues of one track with what is known of it. */
export interface CueTrack {
  /** The sidecar's file name, or `track N` for an embedded one. */
  readonly source: string;
  /** BCP 47, absent where not known. */
  readonly language?: string;
  readonly cues: readonly Cue[];
  /** What looked like cues and could not be read: how many places, and the first of them. */
  readonly unread?: { readonly count: number; readonly line?: number; readonly text: string };
}
