import { readFile } from 'node:fs/promises';
import { fileUriToPath } from './file-uri.ts';

/** Reads a whole file. Rejects with the file system's error. */
export async function readFileBytes(uri: string): Promise<Uint8Array> {
  return readFile(fileUriToPath(uri));
}
