import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PreemptedError } from '../base/preemptive-slots.ts';
import type { Conversion } from '../core/media/playback-plan.ts';
import type { Library } from '../library.ts';
import { sendError, sendResponse, writeHead } from './send-response.ts';

/** A converted video from a time on. It has no length and takes no ranges; what is not read is not made. */
export async function serveStream(
  request: IncomingMessage,
  response: ServerResponse,
  library: Pick<Library, 'stream'>,
  uri: string,
  conversion: Conversion,
  startMs: number,
): Promise<void> {
  const { container, video } = conversion;
  const headers = {
    'Accept-Ranges': 'none',
    'Content-Type': `${video === 'none' ? 'audio' : 'video'}/${container}`,
    'Cache-Control': 'no-store',
    // The webview of an editor is another origin; the token is what protects the file.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  if (request.method === 'HEAD') return sendResponse(response, 200, headers);
  const abortController = new AbortController();
  response.once('close', () => abortController.abort());
  const chunks = library.stream(uri, conversion, startMs, abortController.signal)[Symbol.asyncIterator]();
  try {
    // The head waits for the first bytes, so that a file that cannot be converted is refused with its reason.
    const first = await chunks.next();
    if (first.done) return sendError(response, 410, 'There is nothing to play at that time.');
    writeHead(response, 200, headers);
    response.write(first.value);
    await pipeline(Readable.from({ [Symbol.asyncIterator]: () => chunks }), response);
  } catch (error) {
    // A player that seeks drops the connection it has, and so do we with one that made room: nothing is wrong then.
    if (error instanceof PreemptedError) response.destroy();
    else if (!response.destroyed) throw error;
  } finally {
    await chunks.return?.();
  }
}
