import { z } from 'zod';
import { textOutput, uri } from './base.ts';
import type { Message } from './message.ts';
import { SUBTITLE_FORMATS } from './names.ts';

export const subtitleFormat = z.enum(SUBTITLE_FORMATS);
export type SubtitleFormat = Message<typeof subtitleFormat>;

export const subtitlesParams = z.object({
  uri: uri.describe('An indexed video.'),
  format: subtitleFormat.optional().describe('`srt` if absent.'),
  language: z
    .string()
    .max(35)
    .optional()
    .describe(
      'Only what is said in this language, BCP 47: `en` also stands for `en-GB`. All languages if absent.',
    ),
  speakers: z.boolean().optional().describe('Name the speaker where the speaker changes.'),
  ...textOutput,
});
export type SubtitlesParams = Message<typeof subtitlesParams>;

export const subtitlesResult = z.object({
  format: subtitleFormat,
  text: z.string(),
  subtitles: z.int().describe('The number of subtitles.'),
  path: z.string().optional().describe('The file that was written.'),
});
export type SubtitlesResult = Message<typeof subtitlesResult>;
