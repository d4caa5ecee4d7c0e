import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../support/temp-folder.ts';

export type CorpusName = 'media' | 'subtitles' | 'requests';

/** An input with its file name, which ends as its format does. */
export interface CorpusInput {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Reads every input that ever failed. They are tried before any new one. */
export function readCorpus(corpus: CorpusName): readonly CorpusInput[] {
  const folder = join(import.meta.dirname, 'corpus', corpus);
  return (existsSync(folder) ? readdirSync(folder) : [])
    .sort()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** Keeps an input that failed, outside of the project. Returns the path, to be moved into the corpus with a fix. */
export function keepFailure({ name, bytes }: CorpusInput): string {
  const folder = process.env.SOAK_FAILURES ?? join(tempFolder(), '..', 'goldfish-soak-failures');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${Date.now()}-${name}`);
  writeFileSync(path, bytes);
  return path;
}

/** Writes a file that counts as complete at once, because it was last changed a while ago. */
export function writeSettled(path: string, bytes: Buffer): void {
  writeFileSync(path, bytes);
  const past = new Date(Date.now() - 60_000);
  utimesSync(path, past, past);
}
