import { z } from 'zod';
import { createListAdapter, questionFiles } from './choice-list.ts';
import { textOrNumber } from './read-entries.ts';

const egoSchemaQuestion = z.looseObject({
  question_idx: textOrNumber.optional(),
  q_uid: z.string().optional(),
  video_idx: z.string().optional(),
  question: z.string(),
  option: z.array(z.string()).optional(),
  answer: z.union([z.string(), z.number()]).nullish(),
});

export const egoSchema = createListAdapter(
  {
    id: 'egoschema',
    title: 'EgoSchema',
    size: '500 questions with public answers, of 5,031',
    licence: 'Ego4D licence (videos)',
    source: 'https://huggingface.co/datasets/lmms-lab/egoschema',
    files: questionFiles('egoschema*.json*', 'questions.json', 'subset*.json'),
  },
  egoSchemaQuestion,
  (value, at) => {
    const numbered = [0, 1, 2, 3, 4].flatMap((i) => {
      const option = value[`option ${i}`];
      return typeof option === 'string' ? [option] : [];
    });
    const { answer } = value;
    return [
      {
        id: value.q_uid ?? value.question_idx ?? String(at),
        video: value.video_idx ?? value.q_uid ?? '',
        question: value.question,
        options: value.option ?? numbered,
        answer: typeof answer === 'string' && /^\d$/.test(answer) ? Number(answer) : answer,
        labels: {},
      },
    ];
  },
);
