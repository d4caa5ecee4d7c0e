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
function outputError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST' || code === 'EISDIR')
    return new OutputError(
      'there',
      `${path} is there already.`,
      'Give another name, or write over it on purpose.',
    );
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new OutputError('unwritable', `There is no folder ${dirname(path)}.`, 'Make it, or name another.');
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new OutputError(
      'unwritable',
      `The disk is full: ${path} was not written.`,
      'Make room and try again.',
    );
  if (typeof code === 'string')
    return new OutputError('unwritable', `${path} could not be written: ${code}.`, 'Choose another folder.');
  return cause;
}

/** A file that is read must not be written over, whatever path leads to it. */
async function spare(path: string, spared: readonly (string | Buffer)[]): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  for (const other of there === undefined ? [] : spared) {
    const { dev, ino } = await stat(other);
    if (dev === there?.dev && ino === there.ino)
      throw new OutputError('there', `${path} is what it would be made of.`, 'Give another name.');
  }
}

/** Gives a finished file its name. Never over another one, unless that is wished. */
async function publish(part: string, path: string, force: boolean): Promise<void> {
  if (force) return rename(part, path);
  try {
    await link(part, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    // A file system without links: the name is taken first, so that none is overwritten.
    await (await open(path, 'wx')).close();
    return rename(part, path);
  }
  await rm(part);
}

/**
 * Has `write` fill a new file beside `path`, hidden and with the same ending, and gives it that name once it is whole.
 * Whatever fails, no part of it stays. Rejects with OutputError where the file cannot be there, or is one of `spared`.
 */
export async function wholeFile<T>(
  path: string,
  force: boolean,
  spared: readonly (string | Buffer)[],
  write: (part: string) => Promise<T>,
): Promise<T> {
  const mark = randomBytes(6).toString('hex');
  const part = join(
    dirname(path),
    `.${basename(path, extname(path)).slice(0, 40)}-${mark}.part${extname(path)}`,
  );
  try {
    await spare(path, spared);
    await (await open(part, 'wx')).close();
    const result = await write(part);
    await publish(part, path, force);
    return result;
  } catch (error) {
    throw error instanceof OutputError ? error : outputError(path, error);
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes text as a whole file; see `wholeFile`. */
export function writeText(path: string, text: string, force: boolean): Promise<void> {
  return wholeFile(path, force, [], (part) => writeFile(part, text));
}
