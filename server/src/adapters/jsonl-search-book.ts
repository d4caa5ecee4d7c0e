import { appendFile, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import type { SearchBook } from '../ports/search-book.ts';

const openedSearchSchema = z.object({
  at: z.number(),
  query: z.string(),
  opened: z.string(),
  skipped: z.array(z.string()),
});

function parseLine(line: string) {
  try {
    const parsed = openedSearchSchema.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    // A line that was cut off by a crash.
    return [];
  }
}

/** Keeps searches in a file of JSON lines that only its owner can read. */
export function createJsonlSearchBook(path: string, onTrouble: (message: string) => void): SearchBook {
  return {
    async add(search) {
      try {
        await appendFile(path, `${JSON.stringify(search)}\n`, { mode: 0o600 });
      } catch (error) {
        onTrouble(messageOf(error));
      }
    },
    async read() {
      const text = await readFile(path, 'utf8').catch(() => '');
      return text.split('\n').flatMap(parseLine);
    },
  };
}
