import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { fileUriToPath } from '../base/file-uri.ts';
import { extensionOf } from '../core/library/media-extensions.ts';
import { findMediaFormat } from '../core/library/media-formats.ts';
import type { Library } from '../library.ts';
import { matchesEtag, parseRange } from './byte-range.ts';
import { sendError, sendResponse, writeHead } from './send-response.ts';

/** Returns the MIME type that players expect. They inspect the file anyway. */
function mimeTypeOf(uri: string): string {
  const extension = extensionOf(uri.slice(uri.lastIndexOf('/') + 1));
  const format = findMediaFormat(extension);
  const isSound = format?.audio.includes(extension) === true;
  return isSound ? (format.audioType ?? 'audio/mpeg') : (format?.videoType ?? 'video/mp4');
}

/**
 * Sends a file, or the requested range of it. The caller has checked that the path is indexed; the opened file is
 * compared with the indexed one, because a link may have taken its place.
 */
export async function serveVideo(
  request: IncomingMessage,
  response: ServerResponse,
  library: Pick<Library, 'isIndexedFile'>,
  uri: string,
): Promise<void> {
  // Without O_NONBLOCK, opening a pipe that replaced the file would block.
  const file = await open(fileUriToPath(uri), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    () => undefined,
  );
  if (file === undefined)
    return sendError(response, 410, 'The file cannot be read. Its drive may be disconnected.');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return sendError(response, 410, 'The path is no longer a file.');
    const { size, mtimeMs, ctimeMs, ino } = stat;
    const fileStat = {
      bytes: size,
      modifiedMs: Math.floor(mtimeMs),
      changeStamp: `${ctimeMs}:${ino}` as const,
    };
    if (!library.isIndexedFile(uri, fileStat))
      return sendError(
        response,
        410,
        'The file has changed since it was indexed. Try again in a few seconds.',
      );
    const etag = `"${stat.size.toString(36)}-${Math.round(stat.mtimeMs).toString(36)}"`;
    const ifRange = request.headers['if-range'];
    // Ranges are defined for GET only.
    const ignoresRange = request.method === 'HEAD' || (ifRange !== undefined && ifRange !== etag);
    const range = parseRange(ignoresRange ? undefined : request.headers.range, stat.size);
    const headers = {
      'Accept-Ranges': 'bytes',
      'Content-Type': mimeTypeOf(uri),
      'Cache-Control': 'private, no-cache',
      // The webview of an editor has another origin. The token protects the file.
      'Cross-Origin-Resource-Policy': 'cross-origin',
      ETag: etag,
    };
    if (matchesEtag(request.headers['if-none-match'], etag)) {
      const { 'Content-Type': _, ...headersWithoutType } = headers;
      return sendResponse(response, 304, headersWithoutType);
    }
    if (range === 'none')
      return sendResponse(response, 416, { ...headers, 'Content-Range': `bytes */${stat.size}` });
    const { start, end } = range === 'all' ? { start: 0, end: stat.size - 1 } : range;
    const headersWithLength = { ...headers, 'Content-Length': end - start + 1 };
    const isPartial = range !== 'all';
    if (request.method === 'HEAD' || stat.size === 0)
      return sendResponse(response, isPartial ? 206 : 200, headersWithLength);
    writeHead(response, isPartial ? 206 : 200, {
      ...headersWithLength,
      ...(isPartial ? { 'Content-Range': `bytes ${start}-${end}/${stat.size}` } : {}),
    });
    await pipeline(file.createReadStream({ start, end, autoClose: false }), response);
  } catch (error) {
    // A player that seeks drops its connection. That is not an error.
    if (!response.destroyed) throw error;
  } finally {
    await file.close();
  }
}
