import { Buffer } from 'node:buffer';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** All but what a path segment may carry unescaped (RFC 3986, pchar), and the slash. */
const UNSAFE_CHARACTER = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g;

const PERCENT_ESCAPES = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
);

/**
 * The canonical `file:` URI of an absolute path: its bytes percent-encoded, so that a name that is not UTF-8 has
 * one too. Windows paths are always text.
 */
export function pathToFileUri(path: string | Buffer): string {
  if (process.platform === 'win32') return pathToFileURL(path.toString()).href;
  const bytes = (typeof path === 'string' ? Buffer.from(path) : path).toString('latin1');
  return `file://${bytes.replace(UNSAFE_CHARACTER, (byte) => PERCENT_ESCAPES[byte.charCodeAt(0)] ?? '')}`;
}

/**
 * The path that a `file:` URI names: text where its bytes are UTF-8, else the bytes. Throws a TypeError for
 * another scheme, another host, a relative path, a wrong escape or a zero byte.
 */
export function fileUriToPath(uri: string): string | Buffer {
  if (process.platform === 'win32') return fileURLToPath(uri);
  const match = /^file:\/\/(?:localhost)?(\/[^?#]*)$/i.exec(uri);
  const encoded = match?.[1];
  if (encoded === undefined) throw new TypeError(`${uri} is not the URI of a local file.`);
  if (/%(?![0-9a-f]{2})|%00/i.test(encoded)) throw new TypeError(`${uri} has a wrong escape.`);
  const bytes = Buffer.from(
    Buffer.from(encoded)
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : bytes;
}

/** The path for display: bytes that are not UTF-8 are replaced. */
export function fileUriToDisplayPath(uri: string): string {
  return fileUriToPath(uri).toString();
}

/**
 * The one form of a local file's URI, whichever characters its sender escaped, with `.`, `..`, doubled and closing
 * slashes resolved. Throws as `pathOfFileUri` does.
 */
export function canonicalFileUri(uri: string): string {
  const path = fileUriToPath(uri);
  if (process.platform === 'win32') return pathToFileUri(path);
  const bytes = typeof path === 'string' ? Buffer.from(path) : path;
  // One character a byte: names that are not UTF-8 pass through.
  const normalised = posix.normalize(bytes.toString('latin1'));
  return pathToFileUri(
    Buffer.from(normalised.length > 1 ? normalised.replace(/\/$/, '') : normalised, 'latin1'),
  );
}
