import { Buffer } from 'node:buffer';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What a path segment may carry unescaped (RFC 3986, pchar), and the slash. */
const PLAIN = new Set(
  Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"),
);

/**
 * The canonical `file:` URI of an absolute path: its bytes percent-encoded, so that a name that is not UTF-8 has
 * one too. Windows paths are always text.
 */
export function fileUriOf(path: string | Buffer): string {
  if (process.platform === 'win32') return pathToFileURL(path.toString()).href;
  let uri = 'file://';
  for (const byte of Buffer.from(path)) {
    uri += PLAIN.has(byte)
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return uri;
}

/**
 * The path that a `file:` URI names: text where its bytes are UTF-8, else the bytes. Throws a TypeError for
 * another scheme, another host, a relative path, a wrong escape or a zero byte.
 */
export function pathOfFileUri(uri: string): string | Buffer {
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
