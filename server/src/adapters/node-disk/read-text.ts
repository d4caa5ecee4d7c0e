import { Buffer } from 'node:buffer';
import iconv from 'iconv-lite';
import { MediaFailureError } from '../../core/errors/media-failure.ts';
import { decodeLegacy } from './encoding.ts';
import { readFully, withOpenFile } from './hash-file.ts';

/** Maximum size of a subtitle file, in bytes. Subtitles of a whole day have a few megabytes. */
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** Reads a text file of any encoding. Rejects with MediaFailureError, with `tooLarge` above 32 MiB. */
export function readTextFile(path: string | Buffer, signal: AbortSignal): Promise<string> {
  return withOpenFile(path, signal, async (file, bytes) => {
    if (bytes > MAX_TEXT_BYTES) {
      throw new MediaFailureError({
        kind: 'tooLarge',
        reason: `${path.toString()}: a subtitle file of ${Math.round(bytes / 1024 / 1024)} MB is too large.`,
        remedy: 'If it contains no subtitles, rename it so that it has another extension.',
      });
    }
    const data = Buffer.allocUnsafe(bytes);
    return await decodeText(data.subarray(0, await readFully(file, data, 0)));
  });
}

/** Start of Japanese characters in ISO-2022-JP, whose bytes are ASCII. No text has it otherwise. */
const JIS_ESCAPE = '\x1b$B';

/** Decodes a text: by its byte order mark, as valid UTF-8, as UTF-16 by its shape, or in the likeliest legacy encoding. */
export async function decodeText(data: Buffer): Promise<string> {
  if (data[0] === 0xff && data[1] === 0xfe) {
    return iconv.decode(data, data[2] === 0 && data[3] === 0 ? 'utf-32le' : 'utf-16le');
  }
  if (data[0] === 0xfe && data[1] === 0xff) return iconv.decode(data, 'utf-16be');
  const utf16Encoding = detectUtf16(data);
  if (utf16Encoding !== undefined) return iconv.decode(data, utf16Encoding);
  if (data.includes(JIS_ESCAPE)) return new TextDecoder('iso-2022-jp').decode(data);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    return await decodeLegacy(data);
  }
}

/** Detects UTF-16 without a mark: most characters of a subtitle file are ASCII, so every other byte is zero. */
function detectUtf16(data: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const start = data.subarray(0, 2000);
  if (start.length < 8) return undefined;
  const zeros = [0, 0];
  for (const [index, byte] of start.entries()) {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  }
  const pairs = start.length / 2;
  const [even = 0, odd = 0] = zeros;
  if (odd > pairs * 0.3 && even < pairs * 0.05) return 'utf-16le';
  if (even > pairs * 0.3 && odd < pairs * 0.05) return 'utf-16be';
  return undefined;
}
