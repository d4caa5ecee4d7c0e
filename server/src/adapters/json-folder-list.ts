import { readFile, rename } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import type { FolderList } from '../ports/folder-list.ts';

const folderRulesSchema = z.array(
  z.object({
    uri: z.string().startsWith('file:'),
    include: z.array(z.string()).default([]),
    exclude: z.array(z.string()).default([]),
    poll: z.boolean().default(false),
  }),
);

/**
 * Stores the watched folders in one JSON file, written atomically. An unreadable file is renamed to
 * `<path>.broken` and reported to `onBroken`. The list is then empty; rows in the index stay.
 */
export function createJsonFolderList(path: string, onBroken: (message: string) => void): FolderList {
  return {
    async load() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
      try {
        return folderRulesSchema.parse(JSON.parse(text));
      } catch {
        await rename(path, `${path}.broken`);
        onBroken(`Cannot read ${path}: it was renamed to ${path}.broken. Add the folders again.`);
        return [];
      }
    },
    async save(list) {
      await writeFileAtomic(path, `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 });
    },
  };
}
