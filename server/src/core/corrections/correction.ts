import type { Line, LineKind } from '../domain/description.ts';
import type { Ms, TimeRange } from '../domain/time-range.ts';
import { toComparableText } from '../ranking/query-filter.ts';
import { hashText } from '../text/hash-text.ts';
import type { CorrectableKind } from './correctable.ts';

/** What stood there before a person corrected it. */
export type OriginalLine = Pick<Line, 'text' | 'speaker' | 'source' | 'language'>;

/** One line says something else, or somebody else says it. Without `text` the words stay; an empty one takes the line away. */
export interface LineCorrection extends TimeRange {
  readonly change: 'line';
  readonly id: string;
  readonly kind: CorrectableKind;
  readonly was: OriginalLine;
  readonly text?: string;
  /** Empty: nobody. */
  readonly speaker?: string;
  readonly madeMs: Ms;
}

/** A speaker's label is another one through the whole video; `was` is empty for lines that name nobody. */
export interface SpeakerCorrection {
  readonly change: 'speaker';
  readonly id: string;
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

/**
 * A person's word on a video, by content: no stage makes or removes it, and no file beside the video is written.
 * `madeMs` is milliseconds since 1970.
 */
export type Correction = LineCorrection | SpeakerCorrection | Tag;

/** True where two texts are the same words, whatever their case, accents and signs. */
export function isSameText(a: string, b: string): boolean {
  const plain = toComparableText(a);
  return plain === '' ? a.trim() === b.trim() : plain === toComparableText(b);
}

/** Equal place and words, equal id: a repeat overwrites. */
export function toLineCorrectionId(kind: LineKind, { startMs, endMs }: TimeRange, text: string): string {
  return hashText(['line', kind, startMs, endMs, toComparableText(text)].join('\n'));
}

export function toSpeakerCorrectionId(was: string): string {
  return hashText(`speaker\n${was}`);
}

export function toTagId({ startMs, endMs }: TimeRange, text: string): string {
  return hashText(['tag', startMs, endMs, toComparableText(text) || text].join('\n'));
}

/** Part of the recipe of what is derived from lines; empty where nothing is corrected. */
export function hashCorrections(corrections: readonly Correction[]): string {
  return corrections.length === 0 ? '' : hashText(JSON.stringify(corrections));
}
