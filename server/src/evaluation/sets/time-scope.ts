import { z } from 'zod';
import { createListAdapter, questionFiles, splitOptions } from './choice-list.ts';
import { textOrNumber } from './read-entries.ts';

const timeScopeQuestion = z.object({
  id: textOrNumber,
  video: z.string(),
  length: textOrNumber.optional(),
  type: z.string().optional(),
  input: z.string(),
  answer: z.string().nullish(),
});

export const timeScope = createListAdapter(
  {
    id: 'timescope',
    title: 'TimeScope / LongTimeScope',
    size: 'needles in videos of 1 minute to 8 hours',
    licence: 'See the source',
    source: 'https://huggingface.co/datasets/Apollo-LMMs/TimeScope',
    files: questionFiles('timescope*.json*', 'longtimescope*.json*', 'annotations.json*'),
  },
  timeScopeQuestion,
  ({ id, video, length, type, input, answer }) => [
    {
      id,
      video: video.replace(/\.\w{2,4}$/, ''),
      ...splitOptions(input),
      answer,
      labels: { length, type },
    },
  ],
);
