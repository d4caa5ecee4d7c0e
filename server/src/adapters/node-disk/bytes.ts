import { Buffer } from 'node:buffer';
import { fileUriOf, pathOfFileUri } from '../../base/file-uri.ts';
import type { Uri } from '../../core/range.ts';

/**
 * A path by its bytes, one character (0..255) a byte: as fast as text in the engine, and exact for names that are not
 * UTF-8. Windows paths are text and stay so.
 */
export type BytePath = string;

const WINDOWS = process.platform === 'win32';
const ASCII = /^[\x00-\x7f]*$/;

/** How `readdir` gives names as BytePath. */
export const NAME_ENCODING = WINDOWS ? 'utf8' : 'latin1';

export function bytePathOf(uri: Uri): BytePath {
  const path = pathOfFileUri(uri);
  if (WINDOWS) return path.toString().replaceAll('\\', '/');
  return (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
}

/** What Node's functions take. */
export function nativePath(path: BytePath): string | Buffer {
  return WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1');
}

/** Text for display and matching; bytes that are not UTF-8 are replaced. */
export function shownPath(path: BytePath): string {
  return WINDOWS || ASCII.test(path) ? path : Buffer.from(path, 'latin1').toString();
}

export function uriOfBytes(path: BytePath): Uri {
  return fileUriOf(nativePath(path));
}

export function joined(folder: BytePath, name: BytePath): BytePath {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}
