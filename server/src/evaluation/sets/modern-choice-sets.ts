import { z } from 'zod';
import type { SpanSeconds } from '../item.ts';
import {
  describeMismatch,
  type Problems,
  parseClockSeconds,
  parseTimeSpan,
  readEntries,
  readMembers,
  textOrNumber,
} from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetCue } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

/** Options in front of which sets write `A. `, `(A) ` or `A) `. */
const OPTION_LABEL = /^\s*(?:\(?[A-H]\)|[A-H][.:])\s*/;

/** Returns options without the letters that the set wrote in front of them. */
function stripLabels(options: readonly string[]): readonly string[] {
  const isLabelled = options.every((option) => OPTION_LABEL.test(option));
  return options.map((option) => (isLabelled ? option.replace(OPTION_LABEL, '') : option).trim());
}

/** Returns the index of an answer given as a letter, a number or the text of an option. */
function findOptionIndex(answer: string | number, options: readonly string[]): number | undefined {
  if (typeof answer === 'number') return answer >= 0 && answer < options.length ? answer : undefined;
  const text = answer.trim().replace(OPTION_LABEL, '').trim();
  const byText = options.indexOf(text);
  if (text !== '' && byText >= 0) return byText;
  const letter =
    /^\(?([A-H])\)?[.:]?$/.exec(answer.trim())?.[1] ?? OPTION_LABEL.exec(answer)?.[0].match(/[A-H]/)?.[0];
  const index = letter === undefined ? -1 : letter.charCodeAt(0) - 65;
  return index >= 0 && index < options.length ? index : undefined;
}

/** Splits a question whose options are lines: `What is it?\n(A) x\n(B) y`. */
function splitOptions(text: string): { readonly question: string; readonly options: readonly string[] } {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => OPTION_LABEL.test(line));
  if (first < 0) return { question: text.trim(), options: [] };
  const options = lines.slice(first).filter((line) => OPTION_LABEL.test(line));
  return { question: lines.slice(0, first).join(' ').trim(), options: stripLabels(options) };
}

interface ChoiceEntry {
  readonly id: string;
  readonly video: string;
  readonly question: string;
  readonly options: readonly string[];
  readonly answer: string | number | null | undefined;
  readonly spans?: readonly SpanSeconds[];
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/** Builds an item of a choice. An answer that is no option is a problem; an answer that is not public is none. */
function toChoiceItem(setId: string, entry: ChoiceEntry, problems: Problems): readonly ParsedItem[] {
  const { answer, spans } = entry;
  const options = stripLabels(entry.options);
  const index = answer === null || answer === undefined ? undefined : findOptionIndex(answer, options);
  if (options.length < 2) {
    problems.push(`${entry.id} has fewer than two options.`);
    return [];
  }
  if (index === undefined && answer !== null && answer !== undefined) {
    problems.push(`${entry.id}: the answer ${JSON.stringify(answer)} is none of its options.`);
    return [];
  }
  const labels = Object.entries(entry.labels).flatMap(([name, value]) =>
    value ? [[name, value] as const] : [],
  );
  return [
    {
      id: `${setId}:${entry.id}`,
      video: entry.video,
      task: 'choice',
      question: entry.question,
      options,
      gold: {
        ...(index === undefined ? {} : { index, text: options[index] }),
        ...(spans && spans.length > 0 ? { spans } : {}),
      },
      labels: Object.fromEntries(labels),
    },
  ];
}

const questions = (...patterns: readonly string[]) =>
  [{ role: 'questions', patterns, folder: 'annotations', required: true }] as const;

/** Creates an adapter of a list of entries, one question each. */
function listAdapter<T>(
  about: Omit<SetAdapter, 'parse' | 'task'>,
  schema: z.ZodType<T>,
  toEntries: (value: T, at: number) => readonly ChoiceEntry[],
): SetAdapter {
  return {
    ...about,
    task: 'choice',
    parse(files) {
      const problems: Problems = [];
      const items = readEntries(files.get('questions'), schema, problems).flatMap(({ value, at }) =>
        toEntries(value, at).flatMap((entry) => toChoiceItem(about.id, entry, problems)),
      );
      return { items, videos: toFileVideos(items), problems };
    },
  };
}

/** LVBench writes several ranges with commas. */
function parseTimeSpans(text: string | undefined): readonly SpanSeconds[] {
  return (text ?? '').split(/[,;]/).flatMap((part) => {
    const moment = parseClockSeconds(part);
    const span = parseTimeSpan(part) ?? (moment === undefined ? undefined : ([moment, moment] as const));
    return span === undefined ? [] : [span];
  });
}

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

export const lvBench = listAdapter(
  {
    id: 'lvbench',
    title: 'LVBench',
    size: '1,549 questions on 103 videos',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/THUDM/LVBench',
    files: questions('video_info.meta.jsonl', 'lvbench*.jsonl'),
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

export const videoMme = listAdapter(
  {
    id: 'video-mme',
    title: 'Video-MME',
    size: '2,700 questions on 900 videos',
    licence: 'Academic use only',
    source: 'https://huggingface.co/datasets/lmms-lab/Video-MME',
    files: questions('videomme*.json', 'videomme*.jsonl', 'video_mme*.json*', 'annotations.json'),
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
  ...listAdapter(
    {
      id: 'video-mme-v2',
      title: 'Video-MME-v2',
      size: '3,200 questions on 800 videos',
      licence: 'Academic use only',
      source: 'https://github.com/MME-Benchmarks/Video-MME',
      files: questions('videomme_v2*.json*', 'video-mme-v2*.json*', 'annotations.json*'),
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
  ...listAdapter(
    {
      id: 'longvideobench',
      title: 'LongVideoBench',
      size: '1,337 questions (validation)',
      licence: 'CC BY-NC-SA 4.0',
      source: 'https://huggingface.co/datasets/longvideobench/LongVideoBench',
      files: questions('lvb_val.json', 'lvb_*.json', 'longvideobench*.json'),
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

const mlvuQuestion = z.object({
  video_name: z.string().optional(),
  video: z.string().optional(),
  question: z.string(),
  candidates: z.array(z.string()).default([]),
  answer: z.string().nullish(),
  task_type: z.string().optional(),
  question_type: z.string().optional(),
});

export const mlvu = listAdapter(
  {
    id: 'mlvu',
    title: 'MLVU',
    size: '2,174 questions (dev, choices)',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/MLVU/MVLU',
    files: questions('mlvu*.json*', '[0-9]_*.json', 'annotations.json'),
  },
  mlvuQuestion,
  ({ video_name, video, question, candidates, answer, task_type, question_type }, at) => {
    const split = candidates.length > 0 ? { question, options: candidates } : splitOptions(question);
    const id = (video_name ?? video ?? '').replace(/\.\w{2,4}$/, '');
    return [{ id: String(at), video: id, ...split, answer, labels: { task: task_type ?? question_type } }];
  },
);

const egoSchemaQuestion = z.looseObject({
  question_idx: textOrNumber.optional(),
  q_uid: z.string().optional(),
  video_idx: z.string().optional(),
  question: z.string(),
  option: z.array(z.string()).optional(),
  answer: z.union([z.string(), z.number()]).nullish(),
});

export const egoSchema = listAdapter(
  {
    id: 'egoschema',
    title: 'EgoSchema',
    size: '500 questions with public answers, of 5,031',
    licence: 'Ego4D licence (videos)',
    source: 'https://huggingface.co/datasets/lmms-lab/egoschema',
    files: questions('egoschema*.json*', 'questions.json', 'subset*.json'),
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

const timeScopeQuestion = z.object({
  id: textOrNumber,
  video: z.string(),
  length: textOrNumber.optional(),
  type: z.string().optional(),
  input: z.string(),
  answer: z.string().nullish(),
});

export const timeScope = listAdapter(
  {
    id: 'timescope',
    title: 'TimeScope / LongTimeScope',
    size: 'needles in videos of 1 minute to 8 hours',
    licence: 'See the source',
    source: 'https://huggingface.co/datasets/Apollo-LMMs/TimeScope',
    files: questions('timescope*.json*', 'longtimescope*.json*', 'annotations.json*'),
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

export const cgBench = listAdapter(
  {
    id: 'cg-bench',
    title: 'CG-Bench',
    size: '12,129 questions on 1,219 videos',
    licence: 'CC BY-NC-SA 4.0',
    source: 'https://huggingface.co/datasets/CG-Bench/CG-Bench',
    files: questions('cgbench*.json', 'cg-bench*.json', 'annotations.json'),
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
  files: questions('dev_v1.0_annotations.json', 'hourvideo*.json'),
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
