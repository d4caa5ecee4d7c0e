import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OutputError } from './atomic-output.ts';

/** Writes files into a folder that was empty before, so nothing can be overwritten. */
export interface NewFolder {
  readonly path: string;
  /** Writes a file, and creates the folders above it. `name` is relative, with forward slashes. */
  write(name: string, content: string | Uint8Array): Promise<void>;
  append(name: string, text: string): Promise<void>;
}

function toFolderError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  if (code === undefined) return cause;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OutputError(
      'unwritable',
      `The disk is full: ${path} was not written completely.`,
      'Delete the folder, free space on the disk and try again.',
    );
  return new OutputError('unwritable', `Could not write ${path}: ${code}.`, 'Choose another folder.');
}

/** Creates a folder. Rejects with OutputError if something is in it already or it cannot be written. */
export async function createNewFolder(path: string): Promise<NewFolder> {
  const rethrow = (error: unknown): never => {
    throw toFolderError(path, error);
  };
  await mkdir(path, { recursive: true }).catch(rethrow);
  const names: readonly string[] = await readdir(path).catch(rethrow);
  if (names.length > 0)
    throw new OutputError(
      'exists',
      `${path} is not empty, and nothing was written.`,
      'Choose a new folder, or delete this one first.',
    );
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true }).catch(rethrow);
      await writeFile(file, content, { flag: 'wx' }).catch(rethrow);
    },
    append: (name, text) => appendFile(join(path, name), text).catch(rethrow),
  };
}
