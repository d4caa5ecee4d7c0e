import type { ServerResponse } from 'node:http';
import type { Library } from '../library.ts';
import { refuse, respond } from './respond.ts';

const WIDTH = { least: 16, most: 1280, usual: 320 };

/** `still?uri=...&ms=...&width=...`: a JPEG of the frame at a time. */
export async function serveStill(
  response: ServerResponse,
  library: Pick<Library, 'still'>,
  uri: string,
  query: URLSearchParams,
): Promise<void> {
  const ms = Number(query.get('ms') ?? 0);
  const width = Number(query.get('width') ?? WIDTH.usual);
  if (!Number.isSafeInteger(ms) || ms < 0 || !(width >= WIDTH.least && width <= WIDTH.most))
    return refuse(response, 400, 'ms and width must be whole numbers that a video can have.');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const box = { width: Math.round(width), height: Math.round(width) };
  const jpeg = await library.still(uri, ms, box, gone.signal);
  respond(
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
