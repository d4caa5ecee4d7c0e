import { randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

/** An output file could not be written. The message says what happened, `remedy` what to do. */
export class OutputError extends Error {
  /** `exists`: the name is taken. `protected`: Goldfish needs the existing file; not even `force` overwrites it. */
  readonly kind: 'exists' | 'protected' | 'unwritable';
  readonly remedy: string;
  constructor(kind: OutputError['kind'], message: string, remedy: string) {
    super(message);
    this.name = 'OutputError';
    this.kind = kind;
    this.remedy = remedy;
  }
}

/** Turns a file system error into an OutputError that names the file. Returns other errors unchanged. */
function toOutputError(path: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'EEXIST' || code === 'EISDIR')
    return new OutputError(
      'exists',
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

/** Throws if `path` leads to one of the input files. Compares device and inode, so that links are found too. */
async function assertNotAnInput(path: string, inputPaths: readonly (string | Buffer)[]): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  for (const inputPath of existing === undefined ? [] : inputPaths) {
    const { dev, ino } = await stat(inputPath);
    if (dev === existing?.dev && ino === existing.ino)
      throw new OutputError('exists', `${path} is one of the source files.`, 'Choose another name.');
  }
}

/** Gives a finished file its name. Replaces an existing file only with `force`. */
async function publishOutput(partialPath: string, path: string, force: boolean): Promise<void> {
  if (force) return rename(partialPath, path);
  try {
    await link(partialPath, path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
    // The file system has no hard links. Creating the name first makes sure that no file is overwritten.
    await (await open(path, 'wx')).close();
    return rename(partialPath, path);
  }
  await rm(partialPath);
}

/**
 * Writes a file completely or not at all. `write` fills a hidden file in the same folder with the same extension, which
 * then gets the name `path`. Rejects with OutputError if that cannot be written or is one of `inputPaths`.
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

/** Writes a text file completely or not at all; see `writeAtomicOutput`. */
export function writeText(path: string, text: string, force: boolean): Promise<void> {
  return writeAtomicOutput(path, force, [], (part) => writeFile(part, text));
}
