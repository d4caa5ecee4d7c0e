import { z } from 'zod';
import { createListAdapter, questionFiles, splitOptions } from './choice-list.ts';
import { parseTimeSpans, textOrNumber } from './read-entries.ts';

const lvBenchVideo = z.object({
  key: z.string(),
  type: z.string().optional(),
  qa: z.array(
    z.object({
      uid: textOrNumber,
      question: z.string(),
      answer: z.string().nullish(),
      question_type: z.array(z.string()).default([]),
      time_reference: z.string().optional(),
    }),
  ),
});

export const lvBench = createListAdapter(
  {
    id: 'lvbench',
    title: 'LVBench',
    size: '1,549 questions on 103 videos',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/THUDM/LVBench',
    files: questionFiles('video_info.meta.jsonl', 'lvbench*.jsonl'),
  },
  lvBenchVideo,
  ({ key, type, qa }) =>
    qa.map(({ uid, question, answer, question_type, time_reference }) => ({
      id: uid,
      video: key,
      ...splitOptions(question),
      answer,
      spans: parseTimeSpans(time_reference),
      labels: { kind: type, question: question_type.join(' + ') },
    })),
);
