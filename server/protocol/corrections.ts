import type { EvidenceKind, Ms, TimeRange, Uri } from './base.ts';

/** Kinds of lines that can be corrected. */
export type CorrectableKind = Exclude<EvidenceKind, 'facts' | 'title' | 'tag'>;

/** One line that says something else, or that somebody else says. */
export interface LineCorrection extends TimeRange {
  readonly change: 'line';
  readonly id: string;
  readonly kind: CorrectableKind;
  /** What stood there before. */
  readonly was: {
    readonly text: string;
    readonly source: string;
    readonly speaker?: string;
    readonly language?: string;
  };
  /** Absent: the words stay. Empty: the line is taken away. */
  readonly text?: string;
  /** Absent: the speaker stays. Empty: nobody. */
  readonly speaker?: string;
  /** When, milliseconds since 1970. */
  readonly madeMs: Ms;
}

/** A speaker who has another name through the whole video. */
export interface SpeakerCorrection {
  readonly change: 'speaker';
  readonly id: string;
  /** Empty: the lines that name nobody. */
  readonly was: string;
  readonly speaker: string;
  readonly madeMs: Ms;
}

/** Words of a person's own on a range. */
export interface Tag extends TimeRange {
  readonly change: 'tag';
  readonly id: string;
  readonly text: string;
  readonly madeMs: Ms;
}

/** What a person said of a video. It belongs to the content: it outlasts re-indexing, renames and `forget`. */
export type Correction = LineCorrection | SpeakerCorrection | Tag;

export interface CorrectionsListParams {
  readonly uri: Uri;
}

/** Corrects the line of a kind that begins at `startMs`, else the one that holds it. */
export interface CorrectionsLineParams {
  readonly uri: Uri;
  readonly kind: CorrectableKind;
  readonly startMs: Ms;
  /** Only where the line reads so now. */
  readonly was?: string;
  readonly text?: string;
  readonly speaker?: string;
}

/** Gives a speaker another name through the whole video. */
export interface CorrectionsSpeakerParams {
  readonly uri: Uri;
  /** As shown now; empty for the lines that name nobody. */
  readonly from: string;
  readonly to: string;
}

export interface CorrectionsTagParams extends TimeRange {
  readonly uri: Uri;
  readonly tag: string;
}

/** Takes a correction or tag back: what stood there before is there again. */
export interface CorrectionsRemoveParams {
  readonly uri: Uri;
  readonly id: string;
}

/** All corrections of the video, oldest first. */
export interface CorrectionsResult {
  readonly videoId: string;
  readonly corrections: readonly Correction[];
}
