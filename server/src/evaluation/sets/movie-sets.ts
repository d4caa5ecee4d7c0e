import { z } from 'zod';
import {
  describeMismatch,
  type Problems,
  parseJsonFile,
  readMembers,
  textOrNumber,
  uniqueIds,
} from './read-entries.ts';
import type { ParsedItem, SetAdapter, SetCue, SetFile, SetVideo } from './set-adapter.ts';

/** MovieNet ships three key frames of each shot. As 3 frames a second, a shot lasts one second. */
const FRAMES_PER_SHOT = 3;

const movieStory = z.object({
  story: z
    .array(
      z.object({
        subtitle: z.array(z.object({ shot: z.coerce.number(), sentences: z.array(z.string()) })).nullish(),
      }),
    )
    .nullish(),
});

/** Reads what is said in each shot of a movie, at one second a shot. */
function readShotCues(file: SetFile, problems: Problems): readonly SetCue[] {
  const parsed = movieStory.safeParse(parseJsonFile(file, problems));
  if (!parsed.success) {
    problems.push(`${file.name}: ${describeMismatch(parsed.error)}.`);
    return [];
  }
  return (parsed.data.story ?? []).flatMap(({ subtitle }) =>
    (subtitle ?? []).map(({ shot, sentences }) => ({
      start: shot,
      end: shot + 1,
      text: sentences.join(' '),
    })),
  );
}

const movieOf = ({ name }: SetFile) => (name.split('/').at(-1) ?? name).replace(/\.json$/i, '');

/** A movie is a file with its .srt, or a folder of key frames with what is said in each shot. */
function toMovieVideos(
  ids: readonly string[],
  stories: readonly SetFile[],
  problems: Problems,
): readonly SetVideo[] {
  const storyOf = new Map(stories.map((file) => [movieOf(file), file]));
  return ids.map((id) => {
    const story = storyOf.get(id);
    const cues = story === undefined ? [] : readShotCues(story, problems);
    return {
      id,
      sources: [
        { kind: 'file', stems: [id] },
        { kind: 'frames', fps: FRAMES_PER_SHOT, parts: [{ name: id, folders: [id], cues }] },
      ],
      subtitleStems: [id],
    };
  });
}

/** Stories are those JSON files of movies that are no questions. */
const STORY_FILES = {
  role: 'stories',
  patterns: ['tt[0-9]*.json'],
  folder: 'annotations',
  required: false,
} as const;

const llamaVidQuestion = z.object({ Q: z.string().min(1), A: textOrNumber, q_type: z.string().optional() });

/** Reads the reference's object by movie, and LLaMA-VID's original list of conversations. */
function readLlamaVid(files: readonly SetFile[] | undefined, problems: Problems): readonly ParsedItem[] {
  const movies = readMembers(files, z.array(z.unknown()), problems);
  const counts = new Map<string, number>();
  return movies.flatMap(([movie, questions]) =>
    questions.flatMap((question, i): readonly ParsedItem[] => {
      const parsed = llamaVidQuestion.safeParse(question);
      if (!parsed.success) {
        problems.push(`${movie}, question ${i}: ${describeMismatch(parsed.error)}.`);
        return [];
      }
      const { Q, A, q_type } = parsed.data;
      const number = counts.get(movie) ?? 0;
      counts.set(movie, number + 1);
      return [
        {
          id: `llama-vid:${movie}:${i}`,
          video: movie,
          task: 'open',
          question: Q,
          gold: { text: A },
          labels: q_type === undefined ? {} : { type: q_type },
          ...(q_type === 'summary' ? { whole: true } : {}),
        },
      ];
    }),
  );
}

export const llamaVid: SetAdapter = {
  id: 'llama-vid',
  title: 'LLaMA-Vid (MovieNet questions)',
  task: 'open',
  size: 'questions on about 45 movies',
  licence: 'CC BY-NC 4.0 (questions); MovieNet frames after a form',
  source: 'https://github.com/JIA-Lab-research/LLaMA-VID, https://movienet.github.io',
  files: [
    {
      role: 'questions',
      patterns: ['annotation.json', 'annotations.json', 'long_videoqa.json'],
      folder: 'annotations',
      required: true,
    },
    STORY_FILES,
  ],
  paper: { table: 'long', column: 'LLaMA-Vid' },
  parse(files) {
    const problems: Problems = [];
    const items = readLlamaVid(files.get('questions'), problems);
    const ids = uniqueIds(items.map(({ video }) => video));
    return { items, videos: toMovieVideos(ids, files.get('stories') ?? [], problems), problems };
  },
};

const movieQaQuestion = z.object({
  question: z.string().min(1),
  choices: z.array(z.string()).length(5),
  answer: z.union([z.number(), z.string(), z.null()]).optional(),
});

/** The answer is an index, a letter, or the text of an option. */
function findAnswerIndex(answer: string | number | null | undefined, choices: readonly string[]) {
  if (answer === null || answer === undefined) return undefined;
  const text = String(answer).trim();
  const byText = choices.indexOf(text);
  if (byText >= 0) return byText;
  const index = /^\d$/.test(text) ? Number(text) : /^[A-E]$/.test(text) ? text.charCodeAt(0) - 65 : -1;
  return index >= 0 && index < choices.length ? index : undefined;
}

export const movieQa: SetAdapter = {
  id: 'movieqa',
  title: 'MovieQA',
  task: 'choice',
  size: 'questions on about 30 movies',
  licence: 'Research use; MovieNet frames after a form',
  source: 'https://movieqa.cs.toronto.edu, https://movienet.github.io',
  files: [
    {
      role: 'questions',
      patterns: ['movie_qa*.json', 'movieqa*.json', 'annotation*.json'],
      folder: 'annotations',
      required: true,
    },
    STORY_FILES,
  ],
  paper: { table: 'long', column: 'MovieQA' },
  parse(files) {
    const problems: Problems = [];
    const items = readMembers(files.get('questions'), z.array(z.unknown()), problems).flatMap(
      ([movie, questions]) =>
        questions.flatMap((question, i): readonly ParsedItem[] => {
          const parsed = movieQaQuestion.safeParse(question);
          if (!parsed.success) {
            problems.push(`${movie}, question ${i}: ${describeMismatch(parsed.error)}.`);
            return [];
          }
          const { question: text, choices, answer } = parsed.data;
          const index = findAnswerIndex(answer, choices);
          if (index === undefined) {
            problems.push(`${movie}, question ${i} has no public answer.`);
            return [];
          }
          const gold = { index, text: choices[index] };
          const id = `movieqa:${movie}:${i}`;
          return [{ id, video: movie, task: 'choice', question: text, options: choices, gold, labels: {} }];
        }),
    );
    const ids = uniqueIds(items.map(({ video }) => video));
    return { items, videos: toMovieVideos(ids, files.get('stories') ?? [], problems), problems };
  },
};
