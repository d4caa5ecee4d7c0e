import type { Line, SummaryNote } from '../domain/description.ts';
import type { TimeRange } from '../domain/time-range.ts';
import { hashText } from '../text/hash-text.ts';

/** Another number makes all summaries anew. */
const SUMMARY_VERSION = 'summary 1';

/** What a summary is asked for. */
export const SUMMARY_QUESTION =
  'Summarise this video in its own language: what it is about, then what happens and what is said from beginning to end, ' +
  'in at most twelve short sentences.';

/** Most sentences that are kept of one. */
const MAX_NOTES = 16;

/** What a summary was made from and by whom: other words, other clips or another model make another one. */
export function summaryFingerprint(
  model: string,
  clips: readonly { readonly range: TimeRange; readonly lines: readonly Line[] }[],
): string {
  const clipInputs = clips.map(({ range, lines }) => [
    range.startMs,
    range.endMs,
    ...lines.map(({ kind, speaker = '', text }) => `${kind} ${speaker} ${text}`),
  ]);
  return `${SUMMARY_VERSION} ${model} ${hashText(JSON.stringify(clipInputs))}`;
}

/** A sentence with the numbers it cites, as checked text gives it. */
export interface CitedSentence {
  readonly text: string;
  readonly numbers: readonly number[];
}

/** The sentences of a text whose every sentence ends in citations (createCitedText's form). */
export function parseCitedSentences(text: string): readonly CitedSentence[] {
  return [...text.matchAll(/(\S.*?)((?:\s?\[\d+\])+)([.!?…。！？"'”’)]*)(?=\s|$)/gs)].map(
    ([, plain = '', marks = '', stop = '']) => ({
      text: `${plain.replace(/\s+/g, ' ')}${stop}`,
      numbers: [...marks.matchAll(/\d+/g)].map(Number),
    }),
  );
}

/** Those sentences as they are kept: each with the ranges of its clips. `clips` are numbered from 1. */
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
