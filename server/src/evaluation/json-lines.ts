import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

/** Reads a file of JSON lines. A line that is not JSON is skipped: the last one may be cut off. [] for a missing file. */
export function readJsonLines(path: string): readonly unknown[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    if (line === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}

/** Appends JSON lines to a file, each on disk before the call returns. */
export interface JsonLineLog {
  append(value: unknown): void;
  close(): void;
}

/** Returns the length of the file up to the last complete line, bytes. */
function completeLength(path: string): number {
  try {
    return readFileSync(path).lastIndexOf(0x0a) + 1;
  } catch {
    return 0;
  }
}

/** Opens a file for appending. What a killed process left of a line is cut off first. */
export function openJsonLineLog(path: string): JsonLineLog {
  const length = completeLength(path);
  const file = openSync(path, 'a');
  ftruncateSync(file, length);
  return {
    append(value) {
      writeSync(file, `${JSON.stringify(value)}\n`);
      fsyncSync(file);
    },
    close: () => closeSync(file),
  };
}
