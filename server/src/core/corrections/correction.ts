import type { LineCorrection, Correction as ShownCorrection, Tag } from '../../../protocol/corrections.ts';
import type { LineKind } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import type { SpeakerCorrection } from '../domain/voice.ts';
import { toComparableText } from '../ranking/query-filter.ts';
import { hashText } from '../text/hash-text.ts';

export type { LineCorrection };

export type Correction = LineCorrection | SpeakerCorrection | Tag;

/** Returns corrections as clients see them: without prints of voices. */
export function toShownCorrections(corrections: readonly Correction[]): readonly ShownCorrection[] {
  return corrections.map((correction) => {
    if (correction.change !== 'speaker' || correction.voice === undefined)
      return correction as ShownCorrection;
    return { ...correction, voice: { moments: correction.voice.moments } };
  });
}

/** The line before the user corrected it. */
export type OriginalLine = LineCorrection['was'];

/** Returns whether two texts are equal, ignoring case, accents and punctuation. */
export function isSameText(a: string, b: string): boolean {
  const comparableText = toComparableText(a);
  return comparableText === '' ? a.trim() === b.trim() : comparableText === toComparableText(b);
}

/** Returns an id that is equal for equal range and text, so that a repeated edit overwrites the first. */
export function toLineCorrectionId(kind: LineKind, { startMs, endMs }: TimeRange, text: string): string {
  return hashText(['line', kind, startMs, endMs, toComparableText(text)].join('\n'));
}

export function toSpeakerCorrectionId(was: string): string {
  return hashText(`speaker\n${was}`);
}

/** Returns an id by the moments that a voice is remembered by. */
export function toVoiceCorrectionId(moments: readonly number[]): string {
  return hashText(['voice', ...moments].join('\n'));
}

export function toTagId({ startMs, endMs }: TimeRange, text: string): string {
  return hashText(['tag', startMs, endMs, toComparableText(text) || text].join('\n'));
}

/** Returns the id of a correction. It depends only on what is corrected, never on the new text. */
export function toCorrectionId(correction: Correction): string {
  if (correction.change === 'line')
    return toLineCorrectionId(correction.kind, correction, correction.was.text);
  if (correction.change === 'tag') return toTagId(correction, correction.text);
  return correction.voice === undefined
    ? toSpeakerCorrectionId(correction.was)
    : toVoiceCorrectionId(correction.voice.moments);
}

/** Hashes the corrections for the recipe of derived rows; '' if there are none. */
export function hashCorrections(corrections: readonly Correction[]): string {
  return corrections.length === 0 ? '' : hashText(JSON.stringify(corrections));
}
