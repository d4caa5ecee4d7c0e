import { z } from 'zod';
import { describeMismatch, type Problems, parseJsonFile, textOrNumber } from './read-entries.ts';
import type { ParsedItem, SetAdapter } from './set-adapter.ts';
import { toFileVideos } from './short-qa.ts';

const movieChatQuestion = z.object({
  question: z.string().min(1),
  answer: textOrNumber,
  time: textOrNumber.optional(),
});
const movieChatFile = z.object({
  info: z.object({ fps: z.coerce.number().optional(), video_path: z.string().optional() }).optional(),
  global: z.array(movieChatQuestion).default([]),
  breakpoint: z.array(movieChatQuestion).default([]),
});

/** Reads one JSON a movie. `mode` chooses the questions on the whole video or those at a frame. */
function movieChat(mode: 'global' | 'breakpoint', id: string, title: string): SetAdapter {
  return {
    id,
    title,
    task: 'open',
    size:
      mode === 'global'
        ? '3 questions a video, 170 videos (test)'
        : '10 questions a video, 170 videos (test)',
    licence: 'See the source; videos for research use',
    source: 'https://huggingface.co/datasets/Enxin/MovieChat-1K-test',
    files: [{ role: 'questions', patterns: ['*.json'], folder: 'annotations', required: true }],
    ...(mode === 'global' ? { paper: { table: 'long', column: 'MovieChat' } as const } : {}),
    parse(files) {
      const problems: Problems = [];
      const items = (files.get('questions') ?? []).flatMap((file): readonly ParsedItem[] => {
        const parsed = movieChatFile.safeParse(parseJsonFile(file, problems));
        if (!parsed.success) {
          problems.push(`${file.name}: ${describeMismatch(parsed.error)}.`);
          return [];
        }
        const { info, ...questions } = parsed.data;
        const named = (info?.video_path ?? file.name).split('/').at(-1) ?? file.name;
        const video = named.replace(/\.\w+$/, '');
        return questions[mode].map(({ question, answer, time }, i) => {
          // `time` counts frames.
          const seconds = time === undefined || !info?.fps ? undefined : Number(time) / info.fps;
          const hasTime = seconds !== undefined && Number.isFinite(seconds);
          return {
            id: `${id}:${video}:${i}`,
            video,
            task: 'open',
            question,
            gold: { text: answer, ...(hasTime ? { spans: [[seconds, seconds] as const] } : {}) },
            labels: {},
            ...(mode === 'global' ? { whole: true } : {}),
          };
        });
      });
      return { items, videos: toFileVideos(items), problems };
    },
  };
}

export const movieChatGlobal = movieChat('global', 'moviechat', 'MovieChat-1K, global');
export const movieChatBreakpoint = movieChat(
  'breakpoint',
  'moviechat-breakpoint',
  'MovieChat-1K, breakpoint',
);
