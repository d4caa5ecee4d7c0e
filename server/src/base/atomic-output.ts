import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** A file that could not be written where a person wants it: what happened, and what to do. */
export class OutputError extends Error {
  /** `spared`: Goldfish reads or keeps what is there, and no force writes over it. */
  readonly kind: 'there' | 'spared' | 'unwritable';
  readonly remedy: string;
  constructor(kind: OutputError['kind'], message: string, remedy: string) {
    super(message);
    this.name = 'OutputError';
    this.kind = kind;
    this.remedy = remedy;
  }
}

/** An error of the file system in words, with the file that it is about. */
function toOutputError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST' || code === 'EISDIR')
    return new OutputError(
      'there',
      `${path} already exists.`,
      'Use --force to overwrite it, or choose another name.',
    );
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new OutputError(
      'unwritable',
      `The folder ${dirname(path)} does not exist.`,
      'Create it, or choose another folder.',
    );
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OutputError(
      'unwritable',
      `The disk is full: ${path} was not written.`,
      'Free space on the disk and try again.',
    );
  if (typeof code === 'string')
    return new OutputError('unwritable', `Could not write ${path}: ${code}.`, 'Choose another folder.');
  return cause;
}

/** A file that is read must not be written over, whatever path leads to it. */
async function assertNotAnInput(path: string, inputPaths: readonly (string | Buffer)[]): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  for (const inputPath of existing === undefined ? [] : inputPaths) {
    const { dev, ino } = await stat(inputPath);
    if (dev === existing?.dev && ino === existing.ino)
      throw new OutputError('there', `${path} is one of the source files.`, 'Choose another name.');
  }
}

/** Gives a finished file its name. Never over another one, unless that is wished. */
async function publishOutput(partialPath: string, path: string, force: boolean): Promise<void> {
  if (force) return rename(partialPath, path);
  try {
    await link(partialPath, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    // A file system without links: the name is taken first, so that none is overwritten.
    await (await open(path, 'wx')).close();
    return rename(partialPath, path);
  }
  await rm(partialPath);
}

/**
 * Has `write` fill a new file beside `path`, hidden and with the same ending, and gives it that name once it is whole.
 * Whatever fails, no part of it stays. Rejects with OutputError where the file cannot be there, or is one of `spared`.
 */
export async function writeAtomicOutput<T>(
  path: string,
  force: boolean,
  inputPaths: readonly (string | Buffer)[],
  write: (partialPath: string) => Promise<T>,
): Promise<T> {
  const randomSuffix = randomBytes(6).toString('hex');
  const partialPath = join(
    dirname(path),
    `.${basename(path, extname(path)).slice(0, 40)}-${randomSuffix}.part${extname(path)}`,
  );
  try {
    await assertNotAnInput(path, inputPaths);
    await (await open(partialPath, 'wx')).close();
    const result = await write(partialPath);
    await publishOutput(partialPath, path, force);
    return result;
  } catch (error) {
    throw error instanceof OutputError ? error : toOutputError(path, error);
  } finally {
    await rm(partialPath, { force: true });
  }
}

/** Writes text as a whole file; see `wholeFile`. */
export function writeText(path: string, text: string, force: boolean): Promise<void> {
  return writeAtomicOutput(path, force, [], (part) => writeFile(part, text));
}
