import { z } from 'zod';
import { tokens, uri } from './base.ts';
import type { Message } from './message.ts';

export const addParams = tokens.extend({
  url: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      'Address of a page with a video, of a playlist, channel or feed, or of a media file; http or https.',
    ),
  folder: uri
    .optional()
    .describe('Where to save it; the setting `add.folder`, or else the first watched folder.'),
  limit: z
    .int()
    .refine(
      (count) => count === -1 || (count >= 1 && count <= 10_000),
      'must be -1 or a whole number from 1 to 10000',
    )
    .optional()
    .describe(
      'Most items of a playlist, channel or feed, from its beginning; -1: all; the setting `add.limit` if absent.',
    ),
  since: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/, 'must be a day such as 2026-01-31')
    .optional()
    .describe('Only items of this day or later. Items without a date count.'),
  wholePlaylist: z
    .boolean()
    .optional()
    .describe('Of a page that belongs to a playlist, fetch the whole playlist.'),
  allowPrivate: z
    .boolean()
    .optional()
    .describe('Also fetch from this machine and its local network. Only for a person who typed the address.'),
});
export type AddParams = Message<typeof addParams>;

export const addProgress = z
  .object({
    title: z.string(),
    bytes: z.number().describe('Downloaded bytes of this file.'),
    totalBytes: z.number().optional().describe('Absent if the server does not say.'),
    item: z
      .object({ index: z.int(), count: z.int() })
      .optional()
      .describe('Of a list: the number of this item, from 1, and how many are fetched.'),
  })
  .describe('The value of `$/progress` on the `partialResultToken` of `goldfish/add`.');
export type AddProgress = Message<typeof addProgress>;

export const addResult = z.object({
  folder: uri.describe('Where the files are. It is watched, so they are indexed without a further request.'),
  files: z
    .array(z.object({ uri, path: z.string() }))
    .describe('New files. Empty if all were downloaded before.'),
  problems: z.array(z.string()).describe('Why items of a list failed, one sentence each.'),
  listLength: z
    .int()
    .optional()
    .describe('Number of items in the list; absent for a single video, or if not known.'),
  archive: z
    .string()
    .describe('The file that lists what was downloaded; without its line, an item is fetched again.'),
});
export type AddResult = Message<typeof addResult>;
