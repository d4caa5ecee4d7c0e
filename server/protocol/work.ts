import { z } from 'zod';
import { tokens, uri } from './base.ts';
import type { Message } from './message.ts';
import { STAGES } from './names.ts';

export const indexParams = tokens.extend({
  uris: z.array(uri).min(1).max(100_000).describe('Files or folders.'),
  keep: z.boolean().optional().describe('Watch the folders from now on.'),
});
export type IndexParams = Message<typeof indexParams>;

export const indexResult = z.object({
  videos: z.int().describe('All videos found, including those that failed.'),
  clips: z.int(),
  failed: z.array(z.object({ path: z.string(), uri, reason: z.string() })),
  seconds: z.number(),
});
export type IndexResult = Message<typeof indexResult>;

export const indexProgress = z
  .object({
    videos: z.int(),
    done: z.int().describe('Videos with nothing left to do, including those that failed.'),
    failed: z.int(),
    path: z.string().optional(),
    stage: z.string().optional(),
    stagePercent: z.number().optional().describe('0..100 of `stage` of `path`; absent if unknown.'),
    mediaMs: z.number().optional().describe('Length of all videos of the request that is known, ms.'),
    doneMs: z
      .number()
      .optional()
      .describe('How much of `mediaMs` is indexed; a video in work counts by its share.'),
    percent: z.number().optional().describe('0..100 of the media time.'),
    speed: z.number().optional().describe('Media seconds indexed per second.'),
    leftMs: z.number().optional().describe('Milliseconds left at this speed; absent until it is measured.'),
  })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/index`.');
export type IndexProgress = Message<typeof indexProgress>;

export const stageName = z.enum(STAGES).describe('A stage of indexing.');
export type StageName = Message<typeof stageName>;

export const reindexParams = z.object({
  uri: uri.optional().describe('A video or a folder; everything if absent.'),
  stage: stageName.optional().describe('One stage only; all stages if absent.'),
});
export type ReindexParams = Message<typeof reindexParams>;

export const forgetParams = z.object({ uri });
export type ForgetParams = Message<typeof forgetParams>;

export const countResult = z.object({ videos: z.int() }).describe('The number of videos affected.');
export type CountResult = Message<typeof countResult>;
