import { z } from 'zod';
import { textOutput, tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { SUBTITLE_FORMATS } from './names.ts';

export const subtitleFormat = z.enum(SUBTITLE_FORMATS);
export type SubtitleFormat = Message<typeof subtitleFormat>;

export const subtitlesParams = tokens.extend({
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
  translate: z
    .string()
    .max(35)
    .optional()
    .describe('Let the model that writes answers translate into this language, BCP 47. Times stay.'),
  ...textOutput,
});
export type SubtitlesParams = Message<typeof subtitlesParams>;

export const subtitlesResult = z.object({
  format: subtitleFormat,
  text: z.string(),
  subtitles: z.int().describe('The number of subtitles.'),
  translation: z
    .object({
      model: z.string(),
      sentTo: z
        .string()
        .optional()
        .describe('The host or editor that got the text; absent for a model on this machine.'),
      untranslated: z
        .int()
        .describe('The number of lines that keep their words, because the model gave no translation.'),
    })
    .optional()
    .describe('Present if the text was translated.'),
  path: z.string().optional().describe('The file that was written.'),
});
export type SubtitlesResult = Message<typeof subtitlesResult>;

export const subtitlesProgress = z
  .object({ done: z.int(), total: z.int() })
  .describe(
    'The value of `$/progress` on the `partialResultToken` of `goldfish/subtitles`, in translated lines.',
  );
export type SubtitlesProgress = Message<typeof subtitlesProgress>;
