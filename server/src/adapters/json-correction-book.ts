import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { setFileAside } from '../base/set-aside.ts';
import { CORRECTABLE_KINDS } from '../core/corrections/correctable.ts';
import { type Correction, toCorrectionId } from '../core/corrections/correction.ts';
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
      voice: z.object({ moments: z.array(msSchema), print: z.string(), model: z.string() }).optional(),
      everywhere: z.literal(true).optional(),
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
const SET_ASIDE_NAME = /^[\w-]{1,128}\.json\.broken/;

/**
 * Stores corrections in a folder, one JSON file for each video. Each file is written atomically. A damaged file is set
 * aside; only the corrections of that video are then missing. `onDamage` gets a sentence for users about each file that
 * is set aside, also at later starts.
 */
export function createJsonCorrectionBook(
  folder: string,
  onDamage: (message: string) => void,
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
          // Ids of files written before layout 3 of the index were made with another hash.
          const corrections = correctionsSchema.parse(JSON.parse(text));
          books.set(
            videoId,
            corrections.map((correction) => ({ ...correction, id: toCorrectionId(correction) })),
          );
        } catch {
          await setFileAside(path);
        }
      }
      for (const name of await listFileNames(folder))
        if (SET_ASIDE_NAME.test(name))
          onDamage(
            `The corrections of one video were damaged. They are kept as ${join(folder, name)}. Restore the file from a backup, or delete it.`,
          );
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
