import type { ServerResponse } from 'node:http';
import type { Library } from '../library.ts';
import { sendResponse } from './send-response.ts';

/** Serves `subtitles?uri=...&language=...`: what is said in a video, as WebVTT for a `<track>`. */
export async function serveSubtitles(
  response: ServerResponse,
  library: Pick<Library, 'subtitles'>,
  uri: string,
  language: string | null,
): Promise<void> {
  const { text } = await library.subtitles(
    { uri, format: 'vtt', language: language ?? undefined },
    () => undefined,
    new AbortController().signal,
  );
  sendResponse(
    response,
    200,
    {
      'Content-Type': 'text/vtt; charset=utf-8',
      // Corrections change it.
      'Cache-Control': 'private, no-cache',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    },
    text,
  );
}
