import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { CORRECTABLE_KINDS } from '../core/corrections/correctable.ts';
import type { Correction } from '../core/corrections/correction.ts';
import type { CorrectionBook } from '../ports/correction-book.ts';

const msSchema = z.number();
const rangeSchema = { startMs: msSchema, endMs: msSchema };

const correctionsSchema: z.ZodType<readonly Correction[]> = z.array(
  z.discriminatedUnion('change', [
    z.object({
      change: z.literal('line'),
      id: z.string(),
      kind: z.enum(CORRECTABLE_KINDS),
      ...rangeSchema,
      was: z.object({
        text: z.string(),
        source: z.string(),
        speaker: z.string().optional(),
        language: z.string().optional(),
      }),
      text: z.string().optional(),
      speaker: z.string().optional(),
      madeMs: msSchema,
    }),
    z.object({
      change: z.literal('speaker'),
      id: z.string(),
      was: z.string(),
      speaker: z.string(),
      madeMs: msSchema,
    }),
    z.object({
      change: z.literal('tag'),
      id: z.string(),
      ...rangeSchema,
      text: z.string(),
      madeMs: msSchema,
    }),
  ]),
);

/** Video ids are hashes. Nothing else may become a file name. */
const FILE_NAME = /^([\w-]{1,128})\.json$/;

/**
 * Stores corrections in a folder, one JSON file for each video. Each file is written atomically. An
 * unreadable file is renamed to `<name>.broken` and reported to `onBroken`. Only the corrections of that
 * video are then missing.
 */
export function createJsonCorrectionBook(
  folder: string,
  onBroken: (message: string) => void,
): CorrectionBook {
  const toFilePath = (videoId: string): string => {
    const name = `${videoId}.json`;
    if (!FILE_NAME.test(name)) throw new Error(`Invalid video id: ${JSON.stringify(videoId)}.`);
    return join(folder, name);
  };
  return {
    async load() {
      const books = new Map<string, readonly Correction[]>();
      for (const name of await listFileNames(folder)) {
        const videoId = FILE_NAME.exec(name)?.[1];
        if (videoId === undefined) continue;
        const path = join(folder, name);
        const text = await readFile(path, 'utf8');
        try {
          books.set(videoId, correctionsSchema.parse(JSON.parse(text)));
        } catch {
          await rename(path, `${path}.broken`);
          onBroken(
            `Cannot read ${path}: it was renamed to ${path}.broken, and the corrections of one video are missing.`,
          );
        }
      }
      return books;
    },
    async save(videoId, list) {
      const path = toFilePath(videoId);
      if (list.length === 0) return rm(path, { force: true });
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFileAtomic(path, `${JSON.stringify(list, undefined, 1)}\n`, { mode: 0o600 });
    },
  };
}

async function listFileNames(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
