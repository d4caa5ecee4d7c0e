import { Buffer } from 'node:buffer';
import { fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';

/**
 * A path by its bytes, one character (0..255) a byte: as fast as text in the engine, and exact for names that are not
 * UTF-8. Windows paths are text and stay so.
 */
export type BytePath = string;

const IS_WINDOWS = process.platform === 'win32';
const ASCII = /^[\x00-\x7f]*$/;

/** How `readdir` gives names as BytePath. */
export const NAME_ENCODING = IS_WINDOWS ? 'utf8' : 'latin1';

export function uriToBytePath(uri: Uri): BytePath {
  const path = fileUriToPath(uri);
  if (IS_WINDOWS) return path.toString().replaceAll('\\', '/');
  return (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
}

/** What Node's functions take. */
export function toNativePath(path: BytePath): string | Buffer {
  return IS_WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1');
}

/** Text for display and matching; bytes that are not UTF-8 are replaced. */
export function toDisplayPath(path: BytePath): string {
  return IS_WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1').toString();
}

export function bytePathToUri(path: BytePath): Uri {
  return pathToFileUri(toNativePath(path));
}

export function joinPath(folder: BytePath, name: BytePath): BytePath {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
