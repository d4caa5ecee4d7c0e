import type { EvidenceKind } from '../../../protocol/base.ts';
import type { TimeRange } from './time-range.ts';

/** Kind of a cue's text: speech, or a description of the picture (WebVTT `descriptions`). */
export type CueKind = Extract<EvidenceKind, 'speech' | 'description'>;

/** One timed line of a subtitle track, sidecar file or transcript; plain text without markup. */
export interface Cue extends TimeRange {
  readonly text: string;
  readonly kind: CueKind;
  readonly speaker?: string;
}

/** Describes the video that a sidecar belongs to. */
export interface BesideVideo {
  /** File name of the video, so that its words are not mistaken for a language. */
  readonly video?: string;
  /** Frame rate for formats that count frames without stating a rate. */
  readonly framesPerSecond?: number;
}

/** Holds the cues of one track and its properties. */
export interface CueTrack {
  /** File name of the sidecar, or `track N` for an embedded track. */
  readonly source: string;
  /** BCP 47 tag; missing if unknown. */
  readonly language?: string;
  readonly cues: readonly Cue[];
  /** True if the file's name states that it contains only some lines: signs and foreign speech. */
  readonly forced?: boolean;
  /** Number of passages that look like cues but could not be parsed, and the first of them. */
  readonly unread?: { readonly count: number; readonly line?: number; readonly text: string };
}
