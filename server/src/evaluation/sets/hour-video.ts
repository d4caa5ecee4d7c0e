import { z } from 'zod';
import { questionFiles, toChoiceItem } from './choice-list.ts';
import {
  describeMismatch,
  type Problems,
  parseTimeSpans,
  readMembers,
  textOrNumber,
} from './read-entries.ts';
import type { ParsedItem, SetAdapter } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

const hourVideoQuestion = z.looseObject({
  qid: textOrNumber.optional(),
  question: z.string(),
  task: z.string().optional(),
  correct_answer_label: z.string().nullish(),
  relevant_timestamps: z.array(z.string()).optional(),
});
const hourVideoEntry = z.object({ benchmark_dataset: z.array(z.unknown()) });

/** HourVideo groups its questions by video. */
export const hourVideo: SetAdapter = {
  id: 'hourvideo',
  title: 'HourVideo',
  task: 'choice',
  size: '1,182 questions on 50 videos (dev)',
  licence: 'Ego4D licence (videos)',
  source: 'https://huggingface.co/datasets/HourVideo/HourVideo',
  files: questionFiles('dev_v1.0_annotations.json', 'hourvideo*.json'),
  parse(files) {
    const problems: Problems = [];
    const items = readMembers(files.get('questions'), hourVideoEntry, problems).flatMap(([video, entry]) =>
      entry.benchmark_dataset.flatMap((question, i): readonly ParsedItem[] => {
        const parsed = hourVideoQuestion.safeParse(question);
        if (!parsed.success) {
          problems.push(`${video}, question ${i}: ${describeMismatch(parsed.error)}.`);
          return [];
        }
        const value = parsed.data;
        const options = [1, 2, 3, 4, 5].flatMap((n) => {
          const option = value[`answer_${n}`];
          return typeof option === 'string' ? [option] : [];
        });
        return toChoiceItem(
          'hourvideo',
          {
            id: value.qid ?? `${video}:${i}`,
            video,
            question: value.question,
            options,
            answer: value.correct_answer_label,
            spans: (value.relevant_timestamps ?? []).flatMap(parseTimeSpans),
            labels: { task: value.task },
          },
          problems,
        );
      }),
    );
    return { items, videos: toFileVideos(items), problems };
  },
};
