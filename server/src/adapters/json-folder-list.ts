import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { listSetAside, setFileAside } from '../base/set-aside.ts';
import type { FolderRule } from '../ports/disk.ts';
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
 * Stores the watched folders in one JSON file, written atomically. A damaged file is set aside, and the list is then
 * empty; rows in the index stay. `onDamage` gets a sentence for users about each file that is set aside, also at later
 * starts.
 */
export function createJsonFolderList(path: string, onDamage: (message: string) => void): FolderList {
  return {
    async load() {
      const rules = await readRules(path);
      if (rules === undefined) await setFileAside(path);
      for (const keptPath of await listSetAside(path))
        onDamage(
          `The list of watched folders was damaged. It is kept as ${keptPath}. Add the folders again, then delete that file.`,
        );
      return rules ?? [];
    },
    async save(list) {
      await writeFileAtomic(path, `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 });
    },
  };
}

/** Returns the rules in a file: none if it is missing, undefined if it is damaged. */
async function readRules(path: string): Promise<readonly FolderRule[] | undefined> {
  try {
    return folderRulesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
