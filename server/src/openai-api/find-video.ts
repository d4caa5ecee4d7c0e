import { realpath } from 'node:fs/promises';
import { isAbsolute, sep } from 'node:path';
import { fileUriToPath, pathToFileUri } from '../base/file-uri.ts';
import type { Client } from '../daemon/connect.ts';
import { OpenAiApiError } from './api-error.ts';

/**
 * Returns the paths that an address may mean, the likelier first. lmms-eval writes `file://` before a path as it is, so
 * that `%20` may be part of a name. Throws for an address that is no local file.
 */
function toLocalPaths(address: string): readonly [string, ...string[]] {
  if (isAbsolute(address)) return [address];
  const unescaped = /^file:\/\/(?=\/)(.*)$/s.exec(address)?.[1];
  try {
    return [fileUriToPath(address).toString(), ...(unescaped === undefined ? [] : [unescaped])];
  } catch (error) {
    if (unescaped !== undefined) return [unescaped];
    const message = `${address} is not a file on this computer. Use a file: URL; "goldfish add" downloads videos.`;
    throw new OpenAiApiError(400, 'invalid_video', message, { cause: error });
  }
}

const isInside = (path: string, folder: string) =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** Folders in which requests may name files: those that are watched, and those that the user named. */
export async function listAllowedFolders(
  client: Client,
  named: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { folders } = await client.request('goldfish/folders/list', {}, { signal });
  const paths = [...folders.map(({ path }) => path), ...named];
  return Promise.all(paths.map((path) => realpath(path).catch(() => path)));
}

/**
 * Returns the URI of a video in an allowed folder. Links are followed first, so that none leads out. The same error
 * covers a missing file and a forbidden one: a request must not learn which files exist.
 */
export async function findAllowedVideo(address: string, folders: readonly string[]): Promise<string> {
  const paths = toLocalPaths(address);
  for (const path of paths) {
    const real = await realpath(path).catch(() => undefined);
    if (real !== undefined && folders.some((folder) => isInside(real, folder))) return pathToFileUri(real);
  }
  throw new OpenAiApiError(
    403,
    'video_not_allowed',
    `${paths[0]} is not a file in a watched folder or in one named with --folder.`,
  );
}
