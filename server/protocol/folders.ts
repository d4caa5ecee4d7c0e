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

export const foldersBrowseParams = z
  .object({
    uri: uri.optional().describe('The folder to list; the places to start from if absent.'),
    path: z
      .string()
      .max(32_768)
      .optional()
      .describe('Instead of `uri`: an absolute path as a person types it; `~` is the home folder.'),
    offset: z.int().min(0).optional().describe('How many folders to skip; 0 if absent.'),
    limit: z.int().min(1).max(1000).optional().describe('The maximum number of folders; 200 if absent.'),
  })
  .describe('Lists folders only, never files. Hidden folders and the data folder are left out.');
export type FoldersBrowseParams = Message<typeof foldersBrowseParams>;

export const videoCount = z
  .object({
    videos: z.int().describe('Videos and sound files in the folder and below it.'),
    bytes: z.number().describe('Their size.'),
    complete: z
      .boolean()
      .describe('False if counting stopped early (many files, a slow drive): there are at least that many.'),
  })
  .describe('What a folder holds, as counted on disk.');
export type VideoCount = Message<typeof videoCount>;

export const browsedFolder = z.object({
  uri,
  path: z.string(),
  name: z.string(),
  count: videoCount,
  watched: z.boolean().describe('It or a folder above it is watched.'),
});
export type BrowsedFolder = Message<typeof browsedFolder>;

export const foldersBrowseResult = z.object({
  folder: browsedFolder.optional().describe('The listed folder; absent for the places to start from.'),
  parent: uri.optional().describe('The folder above; absent at the top.'),
  folders: z.array(browsedFolder).describe('Sorted by name.'),
  total: z.int().describe('The number of folders, including those on other pages.'),
});
export type FoldersBrowseResult = Message<typeof foldersBrowseResult>;

export const foldersResult = z.object({ folders: z.array(folder) });
export type FoldersResult = Message<typeof foldersResult>;
