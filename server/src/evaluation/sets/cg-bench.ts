import { z } from 'zod';
import { createListAdapter, questionFiles } from './choice-list.ts';
import { textOrNumber } from './read-entries.ts';

const cgBenchQuestion = z.object({
  qid: textOrNumber,
  video_uid: z.string(),
  question: z.string(),
  choices: z.array(z.string()),
  right_answer: z.string().nullish(),
  clue_intervals: z.array(z.tuple([z.number(), z.number()])).default([]),
  domain: z.string().optional(),
  sub_category: z.string().optional(),
});

export const cgBench = createListAdapter(
  {
    id: 'cg-bench',
    title: 'CG-Bench',
    size: '12,129 questions on 1,219 videos',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/CG-Bench/CG-Bench',
    files: questionFiles('cgbench*.json', 'cg-bench*.json', 'annotations.json'),
  },
  cgBenchQuestion,
  ({ qid, video_uid, question, choices, right_answer, clue_intervals, domain, sub_category }) => [
    {
      id: qid,
      video: video_uid,
      question,
      options: choices,
      answer: right_answer,
      spans: clue_intervals,
      labels: { domain, category: sub_category },
    },
  ],
);
