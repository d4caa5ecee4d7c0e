import type { Line, Note } from './description.ts';
import { hashText } from './hash.ts';
import type { TimeRange } from './range.ts';

/** Another number makes all summaries anew. */
const VERSION = 'summary 1';

/** What a summary is asked for. */
export const SUMMARY_QUESTION =
  'Summarise this video in its own language: what it is about, then what happens and what is said from beginning to end, ' +
  'in at most twelve short sentences.';

/** Most sentences that are kept of one. */
const MOST_NOTES = 16;

/** What a summary was made from and by whom: other words, other clips or another model make another one. */
export function summaryRecipe(
  model: string,
  clips: readonly { readonly range: TimeRange; readonly lines: readonly Line[] }[],
): string {
  const of = clips.map(({ range, lines }) => [
    range.startMs,
    range.endMs,
    ...lines.map(({ kind, speaker = '', text }) => `${kind} ${speaker} ${text}`),
  ]);
  return `${VERSION} ${model} ${hashText(JSON.stringify(of))}`;
}

/** A sentence with the numbers it cites, as checked text gives it. */
export interface CitedSentence {
  readonly text: string;
  readonly numbers: readonly number[];
}

/** The sentences of a text whose every sentence ends in citations (createCitedText's form). */
export function citedSentences(text: string): readonly CitedSentence[] {
  return [...text.matchAll(/(\S.*?)((?:\s?\[\d+\])+)([.!?…。！？"'”’)]*)(?=\s|$)/gs)].map(
    ([, plain = '', marks = '', stop = '']) => ({
      text: `${plain.replace(/\s+/g, ' ')}${stop}`,
      numbers: [...marks.matchAll(/\d+/g)].map(Number),
    }),
  );
}

/** Those sentences as they are kept: each with the ranges of its clips. `clips` are numbered from 1. */
export function notesOf(text: string, clips: readonly TimeRange[]): readonly Note[] {
  return citedSentences(text)
    .slice(0, MOST_NOTES)
    .flatMap(({ text: said, numbers }): readonly Note[] => {
      const own = numbers.flatMap((n) => clips[n - 1] ?? []);
      return own.length === 0
        ? []
        : [{ text: said, clips: own.map(({ startMs, endMs }) => ({ startMs, endMs })) }];
    });
}
