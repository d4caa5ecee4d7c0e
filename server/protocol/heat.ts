import { z } from 'zod';
import { evidenceKind, ms, queryText, scope, timeRange, uri } from './base.ts';
import type { Message } from './message.ts';

export const heatParams = z.object({
  uri: uri.describe('An indexed video.'),
  query: queryText.describe('As for `goldfish/search`.'),
  kinds: scope.shape.kinds.describe('Only lines of these kinds; all if absent.'),
  buckets: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('Into how many equal parts the video is divided; 120 if absent.'),
});
export type HeatParams = Message<typeof heatParams>;

export const heatMoment = timeRange
  .extend({
    seekMs: ms,
    score: z.number().describe('0..1, comparable within one result.'),
    kind: evidenceKind.describe('The kind of its strongest line.'),
    text: z.string().describe('Its strongest line, at most 200 characters.'),
  })
  .describe('One hit in the video, for a mark on its timeline.');
export type HeatMoment = Message<typeof heatMoment>;

export const heatResult = z
  .object({
    uri,
    durationMs: ms,
    bucketMs: z.number().describe('Length of one part.'),
    heat: z
      .array(z.number())
      .describe('One number a part, 0..1: the best score of a hit that touches it; 0 for none.'),
    moments: z.array(heatMoment).describe('In time order, at most 500.'),
  })
  .describe('Where in a video the hits of a query are.');
export type HeatResult = Message<typeof heatResult>;
