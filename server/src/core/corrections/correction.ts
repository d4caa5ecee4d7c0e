import type { Line, LineKind } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { toComparableText } from '../ranking/query-filter.ts';
import { hashText } from '../text/hash-text.ts';
import type { CorrectableKind } from './correctable.ts';

/** Describes a line before it was corrected. */
export type OriginalLine = Pick<Line, 'text' | 'speaker' | 'source' | 'language'>;

/**
 * Changes the text or the speaker of one line. Without `text` the text stays; an empty `text` deletes the
 * line.
 */
export interface LineCorrection extends TimeRange {
  readonly change: 'line';
  readonly id: string;
  readonly kind: CorrectableKind;
  readonly was: OriginalLine;
  readonly text?: string;
  /** Empty removes the speaker. */
  readonly speaker?: string;
  readonly madeMs: Ms;
}

/** Renames a speaker throughout the video; `was` is empty for lines without a speaker. */
export interface SpeakerCorrection {
  readonly change: 'speaker';
  readonly id: string;
  readonly was: string;
  readonly speaker: string;
  readonly madeMs: Ms;
}

/** Tags a range with the user's own text. */
export interface Tag extends TimeRange {
  readonly change: 'tag';
  readonly id: string;
  readonly text: string;
  readonly madeMs: Ms;
}

/**
 * A user's edit of a video, stored by content. No stage creates or removes it, and no file beside the video
 * changes. `madeMs` is in milliseconds since 1970.
 */
export type Correction = LineCorrection | SpeakerCorrection | Tag;

/** Returns whether two texts are equal, ignoring case, accents and punctuation. */
export function isSameText(a: string, b: string): boolean {
  const plain = toComparableText(a);
  return plain === '' ? a.trim() === b.trim() : plain === toComparableText(b);
}

/** Returns an id that is equal for equal range and text, so that a repeated edit overwrites the first. */
export function toLineCorrectionId(kind: LineKind, { startMs, endMs }: TimeRange, text: string): string {
  return hashText(['line', kind, startMs, endMs, toComparableText(text)].join('\n'));
}

export function toSpeakerCorrectionId(was: string): string {
  return hashText(`speaker\n${was}`);
}

export function toTagId({ startMs, endMs }: TimeRange, text: string): string {
  return hashText(['tag', startMs, endMs, toComparableText(text) || text].join('\n'));
}

/** Hashes the corrections for the recipe of derived rows; '' if there are none. */
export function hashCorrections(corrections: readonly Correction[]): string {
  return corrections.length === 0 ? '' : hashText(JSON.stringify(corrections));
}
