import { readFile, rm, stat } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { messageOf } from '../base/message-of.ts';
import type { PageAddressStore } from '../http/page-server.ts';

const savedAddressSchema = z.object({
  port: z.int().min(1024).max(65_535),
  token: z.string().regex(/^[A-Za-z0-9_-]{32,128}$/),
});

/** Permissions of other users, who must not know the token. */
const OTHERS_MODE = 0o077;

/**
 * Stores port and token of the page in a file of the data folder that only its owner can read. A broken file counts as
 * missing. So does a file that others could read, because they may know its token.
 */
export function createPageAddressStore(path: string, onProblem: (message: string) => void): PageAddressStore {
  return {
    async load() {
      try {
        const { mode } = await stat(path);
        if (process.platform !== 'win32' && (mode & OTHERS_MODE) !== 0) {
          onProblem(`${path} could be read by other users: the page gets a new address`);
          await rm(path, { force: true });
          return undefined;
        }
        return savedAddressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
          onProblem(`${path} cannot be read: the page gets a new address (${messageOf(error)})`);
        return undefined;
      }
    },
    async save(address) {
      try {
        await writeFileAtomic(path, `${JSON.stringify(address)}\n`, { mode: 0o600 });
      } catch (error) {
        onProblem(
          `${path} cannot be written: the page's address lasts until the daemon ends (${messageOf(error)})`,
        );
      }
    },
  };
}
