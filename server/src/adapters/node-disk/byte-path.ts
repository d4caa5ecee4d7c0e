import { Buffer } from 'node:buffer';
import { fileUriToPath, pathToFileUri } from '../../base/file-uri.ts';
import type { Uri } from '../../core/domain/time-range.ts';

/**
 * Represents a path as bytes, one character (0..255) per byte: as fast as text, and exact for names that are not UTF-8.
 * On Windows, paths are plain text.
 */
export type BytePath = string;

const IS_WINDOWS = process.platform === 'win32';
const ASCII = /^[\x00-\x7f]*$/;

/** Encoding in which `readdir` returns names as BytePath. */
export const NAME_ENCODING = IS_WINDOWS ? 'utf8' : 'latin1';

export function uriToBytePath(uri: Uri): BytePath {
  const path = fileUriToPath(uri);
  if (IS_WINDOWS) return path.toString().replaceAll('\\', '/');
  return (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
}

/** Converts a path for Node's file functions. */
export function toNativePath(path: BytePath): string | Buffer {
  return IS_WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1');
}

/** Converts a path for display and matching. Bytes that are not UTF-8 are replaced. */
export function toDisplayPath(path: BytePath): string {
  return IS_WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1').toString();
}

export function bytePathToUri(path: BytePath): Uri {
  return pathToFileUri(toNativePath(path));
}

export function joinPath(folder: BytePath, name: BytePath): BytePath {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
