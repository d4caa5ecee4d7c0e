import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Matches all characters except slashes and those allowed unescaped in a path segment (`pchar` of RFC 3986). */
const UNSAFE_CHARACTER = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g;

const PERCENT_ESCAPES = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/**
 * Returns the canonical `file:` URI of an absolute path. Its bytes are percent-encoded, so that names that are not UTF-8
 * have one too. Windows paths are always text.
 */
export function pathToFileUri(path: string | Buffer): string {
  if (process.platform === 'win32') return pathToFileURL(path.toString()).href;
  const bytes = (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
  return `file://${bytes.replace(UNSAFE_CHARACTER, (byte) => PERCENT_ESCAPES[byte.charCodeAt(0)] ?? '')}`;
}

/**
 * Returns the path that a `file:` URI names: text if its bytes are UTF-8, otherwise the bytes. Throws a TypeError for
 * another scheme, another host, a relative path, an invalid escape or a zero byte.
 */
export function fileUriToPath(uri: string): string | Buffer {
  if (process.platform === 'win32') return fileURLToPath(uri);
  const match = /^file:\/\/(?:localhost)?(\/[^?#]*)$/i.exec(uri);
  const encodedPath = match?.[1];
  if (encodedPath === undefined) throw new TypeError(`${uri} is not the URI of a local file.`);
  if (/%(?![0-9a-f]{2})|%00/i.test(encodedPath) || encodedPath.includes('\0'))
    throw new TypeError(`${uri} has an invalid escape.`);
  const bytes = Buffer.from(
    Buffer.from(encodedPath)
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

/** Returns the path for display. Bytes that are not UTF-8 become replacement characters. */
export function fileUriToDisplayPath(uri: string): string {
  return fileUriToPath(uri).toString();
}

/**
 * Returns the canonical form of a local file's URI: the same escapes whatever the sender escaped, without `.`, `..`,
 * doubled or final slashes. Throws as `fileUriToPath` does.
 */
export function canonicalFileUri(uri: string): string {
  const path = fileUriToPath(uri);
  if (process.platform === 'win32') return pathToFileUri(path);
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  // latin1 maps each byte to one character, so that names that are not UTF-8 survive.
  const normalisedPath = posix.normalize(bytes.toString('latin1'));
  return pathToFileUri(
    Buffer.from(normalisedPath.length > 1 ? normalisedPath.replace(/\/$/, '') : normalisedPath, 'latin1'),
  );
}
