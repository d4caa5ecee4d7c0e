import type { Line, SummaryNote } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { hashText } from '../text/hash-text.ts';

/** Increase this number to invalidate all stored summaries. */
const SUMMARY_VERSION = 'summary 1';

/** Asks the model for a summary. */
export const SUMMARY_QUESTION =
  'Summarise this video in its own language: what it is about, then what happens and what is said from beginning to end, ' +
  'in at most twelve short sentences.';

/** Maximum number of sentences stored per summary. */
const MAX_NOTES = 16;

/** Returns a fingerprint of a summary's model and input. If either changes, a new summary is created. */
export function summaryFingerprint(
  model: string,
  clips: readonly { readonly range: TimeRange; readonly lines: readonly Line[] }[],
  hash: (text: string) => string = hashText,
): string {
  const clipInputs = clips.map(({ range, lines }) => [
    range.startMs,
    range.endMs,
    ...lines.map(({ kind, speaker = '', text }) => `${kind} ${speaker} ${text}`),
  ]);
  return `${SUMMARY_VERSION} ${model} ${hash(JSON.stringify(clipInputs))}`;
}

/** A sentence and the numbers it cites, as the citation filter returns them. */
export interface CitedSentence {
  readonly text: string;
  readonly numbers: readonly number[];
}

/** Parses text in which every sentence ends with citations, as `createCitationFilter` returns it. */
export function parseCitedSentences(text: string): readonly CitedSentence[] {
  return [...text.matchAll(/(\S.*?)((?:\s?\[\d+\])+)([.!?…。！？"'”’)]*)(?=\s|$)/gs)].map(
    ([, claimText = '', citationMarks = '', stop = '']) => ({
      text: `${claimText.replace(/\s+/g, ' ')}${stop}`,
      numbers: [...citationMarks.matchAll(/\d+/g)].map(Number),
    }),
  );
}

/** Converts cited sentences to summary notes with the ranges of their clips. `clips` are numbered from 1. */
export function toSummaryNotes(text: string, clips: readonly TimeRange[]): readonly SummaryNote[] {
  return parseCitedSentences(text)
    .slice(0, MAX_NOTES)
    .flatMap(({ text: sentenceText, numbers }): readonly SummaryNote[] => {
      const citedClips = numbers.flatMap((n) => clips[n - 1] ?? []);
      return citedClips.length === 0
        ? []
        : [{ text: sentenceText, clips: citedClips.map(({ startMs, endMs }) => ({ startMs, endMs })) }];
    });
}
