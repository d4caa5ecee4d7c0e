import { z } from 'zod';
import { ms, queryText, scope, timeRange, uri } from './base.ts';
import type { Message } from './message.ts';

export const reelParams = z.object({
  query: queryText.min(1).describe('A question, or words and operators of a search.'),
  lengthMs: z
    .int()
    .min(1000)
    .max(3_600_000)
    .optional()
    .describe('The maximum total length; a minute if absent.'),
  scope: scope.optional(),
});
export type ReelParams = Message<typeof reelParams>;

export const reelMoment = timeRange.extend({
  uri,
  path: z.string(),
  link: z.string(),
  text: z.string().describe('The words that were found.'),
});
export type ReelMomentItem = Message<typeof reelMoment>;

export const reelResult = z.object({
  moments: z
    .array(reelMoment)
    .describe('In the order of their recording, as `goldfish/export` and `goldfish/export/clips` take them.'),
  durationMs: ms.describe('The total length.'),
});
export type ReelResult = Message<typeof reelResult>;
