import { z } from 'zod';
import { createListAdapter, questionFiles } from './choice-list.ts';
import { readEntries, textOrNumber } from './read-entries.ts';
import type { SetAdapter, SetCue } from './set-adapter.ts';

const videoMmeQuestion = z.object({
  videoID: z.string(),
  duration: z.string().optional(),
  domain: z.string().optional(),
  task_type: z.string().optional(),
  question_id: textOrNumber,
  question: z.string(),
  options: z.array(z.string()),
  answer: z.string().nullish(),
});

export const videoMme = createListAdapter(
  {
    id: 'video-mme',
    title: 'Video-MME',
    size: '2,700 questions on 900 videos',
    licence: 'Academic use only',
    source: 'https://huggingface.co/datasets/lmms-lab/Video-MME',
    files: questionFiles('videomme*.json', 'videomme*.jsonl', 'video_mme*.json*', 'annotations.json'),
  },
  videoMmeQuestion,
  ({ videoID, question_id, question, options, answer, ...labels }) => [
    {
      id: question_id,
      video: videoID,
      question,
      options,
      answer,
      labels: { duration: labels.duration, domain: labels.domain, task: labels.task_type },
    },
  ],
);

const videoMme2Question = z.object({
  video_id: textOrNumber,
  question_id: z.string(),
  question: z.string(),
  options: z.union([z.array(z.string()), z.record(z.string(), z.string())]),
  answer: z.string().nullish(),
  group_type: z.string().optional(),
  group_structure: textOrNumber.optional(),
  level: textOrNumber.optional(),
  second_head: z.string().optional(),
});

const wordLine = z.object({
  start: z.coerce.number(),
  end: z.coerce.number(),
  text: z.string().optional(),
  word: z.string().optional(),
});
/** Words a subtitle line is made of. */
const WORDS_PER_LINE = 12;

/** Joins subtitles that come word by word to lines. */
function joinWords(words: readonly SetCue[]): readonly SetCue[] {
  const lines: SetCue[] = [];
  for (let at = 0; at < words.length; at += WORDS_PER_LINE) {
    const line = words.slice(at, at + WORDS_PER_LINE);
    const [first, last] = [line[0], line.at(-1)];
    if (first && last)
      lines.push({ start: first.start, end: last.end, text: line.map(({ text }) => text.trim()).join(' ') });
  }
  return lines;
}

export const videoMme2: SetAdapter = {
  ...createListAdapter(
    {
      id: 'video-mme-v2',
      title: 'Video-MME-v2',
      size: '3,200 questions on 800 videos',
      licence: 'Academic use only',
      source: 'https://github.com/MME-Benchmarks/Video-MME',
      files: questionFiles('videomme_v2*.json*', 'video-mme-v2*.json*', 'annotations.json*'),
    },
    videoMme2Question,
    ({
      video_id,
      question_id,
      question,
      options,
      answer,
      group_type,
      group_structure,
      level,
      second_head,
    }) => [
      {
        id: question_id,
        video: video_id,
        question,
        options: Array.isArray(options) ? options : Object.values(options),
        answer,
        labels: {
          group: question_id.replace(/-\d+$/, ''),
          grouping: group_type,
          structure: group_structure,
          level,
          head: second_head,
        },
      },
    ],
  ),
  parseSubtitles: (file) =>
    joinWords(
      readEntries([file], wordLine, []).map(({ value: { start, end, text, word } }) => ({
        start,
        end,
        text: text ?? word ?? '',
      })),
    ),
};
