import { z } from 'zod';
import { createListAdapter, questionFiles, splitOptions } from './choice-list.ts';

const mlvuQuestion = z.object({
  video_name: z.string().optional(),
  video: z.string().optional(),
  question: z.string(),
  candidates: z.array(z.string()).default([]),
  answer: z.string().nullish(),
  task_type: z.string().optional(),
  question_type: z.string().optional(),
});

export const mlvu = createListAdapter(
  {
    id: 'mlvu',
    title: 'MLVU',
    size: '2,174 questions (dev, choices)',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/MLVU/MVLU',
    files: questionFiles('mlvu*.json*', '[0-9]_*.json', 'annotations.json'),
  },
  mlvuQuestion,
  ({ video_name, video, question, candidates, answer, task_type, question_type }, at) => {
    const split = candidates.length > 0 ? { question, options: candidates } : splitOptions(question);
    const id = (video_name ?? video ?? '').replace(/\.\w{2,4}$/, '');
    return [{ id: String(at), video: id, ...split, answer, labels: { task: task_type ?? question_type } }];
  },
);
