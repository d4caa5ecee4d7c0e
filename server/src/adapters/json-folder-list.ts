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
 * The watched folders in one JSON file, written whole or not at all. A file that cannot be read is kept aside as
 * `<path>.broken` and told to `onBroken`; the list is then empty and the rows in the index stay.
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
        onBroken(`${path} could not be read and was kept as ${path}.broken; add the folders again.`);
        return [];
      }
    },
    async save(list) {
      await writeFileAtomic(path, `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 });
    },
  };
}
