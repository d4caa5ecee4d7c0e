import { z } from 'zod';
import { scope, textOutput, tokens } from './base.ts';
import type { Message } from './message.ts';

export const digestParams = tokens.extend({
  scope: scope
    .optional()
    .describe('Which videos; all if absent. Of many, the newest 200. `kinds` narrows the text that is used.'),
  quotes: z.boolean().optional().describe('Only quotes, even if a model that writes answers is in use.'),
  title: z.string().max(1000).optional(),
  ...textOutput,
});
export type DigestParams = Message<typeof digestParams>;

export const digestProgress = z
  .object({ done: z.int(), total: z.int(), path: z.string().describe('The video being read.') })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/digest`, in videos.');
export type DigestProgress = Message<typeof digestProgress>;

export const digestResult = z.object({
  text: z.string().describe('Markdown. Each line links to the second of the video that it comes from.'),
  videos: z.int().describe('The number of videos that are summarised.'),
  unknown: z.array(z.string()).describe('Paths of videos of which no text is known yet.'),
  omitted: z.int().describe('The number of older videos that are left out.'),
  note: z.string().optional().describe('Why the model wrote nothing, if one is in use.'),
  path: z.string().optional().describe('The file that was written.'),
});
export type DigestResult = Message<typeof digestResult>;
