import { z } from 'zod';
import { createListAdapter, questionFiles } from './choice-list.ts';
import { parseClockSeconds, readEntries, textOrNumber } from './read-entries.ts';
import type { SetAdapter, SetCue } from './set-adapter.ts';

const longVideoBenchQuestion = z.looseObject({
  id: textOrNumber,
  video_id: z.string(),
  video_path: z.string().optional(),
  subtitle_path: z.string().optional(),
  starting_timestamp_for_subtitles: z.coerce.number().optional(),
  duration_group: textOrNumber.optional(),
  question_category: z.string().optional(),
  question: z.string(),
  candidates: z.array(z.string()).optional(),
  correct_choice: z.union([z.number(), z.string()]).nullish(),
});

const longVideoBenchLine = z.union([
  z.object({ timestamp: z.tuple([z.number(), z.number()]), text: z.string() }),
  z.object({ start: z.string(), end: z.string(), line: z.string() }),
]);

export const longVideoBench: SetAdapter = {
  ...createListAdapter(
    {
      id: 'longvideobench',
      title: 'LongVideoBench',
      size: '1,337 questions (validation)',
      licence: 'CC BY-NC-SA 4.0',
      source: 'https://huggingface.co/datasets/longvideobench/LongVideoBench',
      files: questionFiles('lvb_val.json', 'lvb_*.json', 'longvideobench*.json'),
    },
    longVideoBenchQuestion,
    (value) => {
      const numbered = [0, 1, 2, 3, 4].flatMap((i) => {
        const option = value[`option${i}`];
        return typeof option === 'string' && option !== 'N/A' ? [option] : [];
      });
      const choice = value.correct_choice;
      return [
        {
          id: value.id,
          video: (value.video_path ?? value.video_id).replace(/\.\w{2,4}$/, ''),
          question: value.question,
          options: value.candidates ?? numbered,
          answer: typeof choice === 'string' && /^\d$/.test(choice) ? Number(choice) : choice,
          labels: { duration: value.duration_group, category: value.question_category },
        },
      ];
    },
  ),
  parseSubtitles: (file) =>
    readEntries([file], longVideoBenchLine, []).flatMap(({ value }): readonly SetCue[] => {
      if ('timestamp' in value)
        return [{ start: value.timestamp[0], end: value.timestamp[1], text: value.text }];
      const [start, end] = [parseClockSeconds(value.start), parseClockSeconds(value.end)];
      return start === undefined || end === undefined ? [] : [{ start, end, text: value.line }];
    }),
};
