import { z } from 'zod';
import { textOutput, uri } from './base.ts';
import type { Message } from './message.ts';
import { CHAPTER_FORMATS } from './names.ts';
import { chapter } from './videos.ts';

export const chapterFormat = z
  .enum(CHAPTER_FORMATS)
  .describe(
    '`list`: lines of a time and a title, as video sites read them; `markdown`: a table of contents with links; `vtt`: a ' +
      'WebVTT chapter track; `ffmetadata`: for FFmpeg.',
  );
export type ChapterFormat = Message<typeof chapterFormat>;

export const chaptersParams = z.object({
  uri: uri.describe('An indexed video.'),
  format: chapterFormat.optional().describe('`list` if absent.'),
  ...textOutput,
});
export type ChaptersParams = Message<typeof chaptersParams>;

export const chaptersResult = z.object({
  format: chapterFormat,
  text: z.string(),
  chapters: z.array(chapter),
  path: z.string().optional().describe('The file that was written.'),
});
export type ChaptersResult = Message<typeof chaptersResult>;
