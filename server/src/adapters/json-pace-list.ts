import { readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import type { CaptionTimingStore } from '../ports/caption-timing-store.ts';

const captionTimesSchema = z.record(z.string(), z.number().positive());

/**
 * Stores caption times in one JSON file. They only serve for estimates, so a broken file is simply
 * overwritten.
 */
export function createJsonPaceList(path: string, onTrouble: (message: string) => void): CaptionTimingStore {
  return {
    async load() {
      try {
        return captionTimesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch {
        return {};
      }
    },
    async save(list) {
      try {
        await writeFileAtomic(path, `${JSON.stringify(list, undefined, 2)}\n`, { mode: 0o600 });
      } catch (error) {
        onTrouble(messageOf(error));
      }
    },
  };
}
