import type { Correction, LineCorrection, SpeakerCorrection } from '../../../protocol/corrections.ts';
import type { LineKind } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { toComparableText } from '../ranking/query-filter.ts';
import { hashText } from '../text/hash-text.ts';

export type { Correction, LineCorrection, SpeakerCorrection };

/** The line before a person corrected it. */
export type OriginalLine = LineCorrection['was'];

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
