import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PreemptedError } from '../base/preemptive-slots.ts';
import type { Conversion } from '../core/media/playback-plan.ts';
import type { Library } from '../library.ts';
import { sendError, sendResponse, writeHead } from './send-response.ts';

/**
 * Streams a converted video from a start time. The response has no length and supports no ranges. Only what the player
 * reads is converted.
 */
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
    // The webview of an editor has another origin. The token protects the file.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  };
  if (request.method === 'HEAD') return sendResponse(response, 200, headers);
  const abortController = new AbortController();
  response.once('close', () => abortController.abort());
  const chunks = library.stream(uri, conversion, startMs, abortController.signal)[Symbol.asyncIterator]();
  try {
    // Wait for the first bytes before the head, so that a failed conversion can return its reason.
    const first = await chunks.next();
    if (first.done) return sendError(response, 410, 'There is nothing to play at this time.');
    writeHead(response, 200, headers);
    response.write(first.value);
    await pipeline(Readable.from({ [Symbol.asyncIterator]: () => chunks }), response);
  } catch (error) {
    // A player that seeks drops its connection, and a preempted stream is dropped here. Neither is an error.
    if (error instanceof PreemptedError) response.destroy();
    else if (!response.destroyed) throw error;
  } finally {
    await chunks.return?.();
  }
}
