import { z } from 'zod';
import type { Correction } from '../../../protocol/corrections.ts';
import type { EvalItem } from '../item.ts';
import { type Problems, parseTimeSpan, readEntries } from '../sets/read-entries.ts';
import type { SetFile } from '../sets/set-adapter.ts';

/** Id of the set of a user's own questions. */
export const OWN_SET = 'own';

/** A video of the user's library with what the user changed in it. */
export interface OwnVideo {
  /** Absolute path: the id of the video in the set. */
  readonly path: string;
  readonly corrections: readonly Correction[];
}

const seconds = (ms: number) => ms / 1000;

/** Words that a correction needs to be a query: fewer could stand anywhere. */
const MIN_WORDS = 3;

/**
 * Makes queries of what a person tagged and corrected: the words lead to their place in the video. They measure finding,
 * not answering. The index that is asked does not contain the tags and corrections themselves.
 */
export function toOwnMoments({ path, corrections }: OwnVideo): readonly EvalItem[] {
  return corrections.flatMap((correction): readonly EvalItem[] => {
    if (correction.change === 'speaker') return [];
    const text = correction.text?.trim() ?? '';
    if (text === '' || (correction.change === 'line' && text.split(/\s+/).length < MIN_WORDS)) return [];
    const span = [seconds(correction.startMs), seconds(correction.endMs)] as const;
    return [
      {
        id: `${OWN_SET}:${correction.id}`,
        video: path,
        task: 'moment',
        question: text,
        gold: { spans: [span] },
        labels: { from: correction.change === 'tag' ? 'tag' : 'correction' },
      },
    ];
  });
}

const ownQuestion = z.object({
  video: z.string().min(1),
  question: z.string().min(1),
  answer: z.string().optional(),
  options: z.array(z.string()).min(2).optional(),
  at: z.string().optional(),
});

/**
 * Reads a user's own questions: JSON lines or a JSON array of `{video, question, answer, options, at}`; `at` is a range
 * such as `1:05-1:20`. `resolveVideo` returns the path of a video, or undefined if the library has none of that name.
 */
export function parseOwnQuestions(
  file: SetFile,
  resolveVideo: (name: string) => string | undefined,
  problems: Problems,
): readonly EvalItem[] {
  return readEntries([file], ownQuestion, problems).flatMap(({ value, at }): readonly EvalItem[] => {
    const video = resolveVideo(value.video);
    const span = value.at === undefined ? undefined : parseTimeSpan(value.at);
    const index = value.options?.indexOf(value.answer ?? '') ?? -1;
    const problem =
      video === undefined
        ? `the library has no video ${value.video}`
        : value.at !== undefined && span === undefined
          ? `${value.at} is not a time range such as 1:05-1:20`
          : value.options !== undefined && index < 0
            ? 'the answer is none of the options'
            : value.answer === undefined && span === undefined
              ? 'it has neither an answer nor a range'
              : undefined;
    if (problem !== undefined || video === undefined) {
      problems.push(`${file.name}, question ${at}: ${problem}.`);
      return [];
    }
    return [
      {
        id: `${OWN_SET}:question-${at}`,
        video,
        task: value.options ? 'choice' : value.answer === undefined ? 'moment' : 'open',
        question: value.question,
        ...(value.options ? { options: value.options } : {}),
        gold: {
          ...(value.answer === undefined ? {} : { text: value.answer }),
          ...(value.options ? { index } : {}),
          ...(span ? { spans: [span] } : {}),
        },
        labels: { from: 'question' },
      },
    ];
  });
}
