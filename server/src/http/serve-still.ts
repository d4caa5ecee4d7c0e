import type { ServerResponse } from 'node:http';
import type { Library } from '../library.ts';
import { sendError, sendResponse } from './send-response.ts';

const WIDTH_PX = { min: 16, max: 1280, fallback: 320 };

/** Serves `still?uri=...&ms=...&width=...`: a JPEG of the frame at a time. */
export async function serveStill(
  response: ServerResponse,
  library: Pick<Library, 'still'>,
  uri: string,
  query: URLSearchParams,
): Promise<void> {
  const ms = Number(query.get('ms') ?? 0);
  const width = Number(query.get('width') ?? WIDTH_PX.fallback);
  if (!Number.isSafeInteger(ms) || ms < 0 || !(width >= WIDTH_PX.min && width <= WIDTH_PX.max))
    return sendError(
      response,
      400,
      `ms must be a whole number from 0, and width from ${WIDTH_PX.min} to ${WIDTH_PX.max} px.`,
    );
  const abortController = new AbortController();
  response.once('close', () => abortController.abort());
  const box = { width: Math.round(width), height: Math.round(width) };
  const jpeg = await library.still(uri, ms, box, abortController.signal);
  sendResponse(
    response,
    200,
    {
      'Content-Type': 'image/jpeg',
      'Content-Length': jpeg.byteLength,
      'Cache-Control': 'private, max-age=3600',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    },
    jpeg,
  );
}
