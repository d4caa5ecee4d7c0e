import { z } from 'zod';
import { uri } from './base.ts';
import type { Message } from './message.ts';

const globs = z.array(z.string().min(1).max(1024)).max(1000);

export const folder = z.object({
  uri,
  path: z.string(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  poll: z.boolean(),
  state: z
    .enum(['watching', 'scanning', 'offline', 'failed'])
    .describe('`offline`: the folder cannot be read now; its rows stay.'),
  reason: z
    .string()
    .optional()
    .describe(
      'What is wrong and what to do: always with `failed` and `offline`, otherwise if folders inside cannot be read.',
    ),
  videos: z.int(),
});
export type Folder = Message<typeof folder>;

export const foldersAddParams = z.object({
  uri,
  include: globs.optional(),
  exclude: globs.optional(),
  poll: z.boolean().optional().describe('Poll instead of relying on file events: for network drives.'),
});
export type FoldersAddParams = Message<typeof foldersAddParams>;

export const foldersRemoveParams = z.object({ uri });
export type FoldersRemoveParams = Message<typeof foldersRemoveParams>;

export const foldersResult = z.object({ folders: z.array(folder) });
export type FoldersResult = Message<typeof foldersResult>;
