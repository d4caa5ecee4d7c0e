import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Library } from '../library.ts';
import { sendError } from './send-response.ts';
import { serveStill } from './serve-still.ts';
import { serveStream } from './serve-stream.ts';
import { serveSubtitles } from './serve-subtitles.ts';
import { serveVideo } from './serve-video.ts';

/** What the routes of indexed files need. */
export type MediaLibrary = Pick<
  Library,
  'holds' | 'isIndexedFile' | 'still' | 'plan' | 'stream' | 'subtitles'
>;

/** Routes that need an indexed file. */
const MEDIA_ROUTES = ['video', 'still', 'subtitles'] as const;
export type MediaRoute = (typeof MEDIA_ROUTES)[number];

/** Limits the list of formats that a player can play, in characters. */
const MAX_PLAYS_CHARS = 500;

export const isMediaRoute = (route: string): route is MediaRoute =>
  MEDIA_ROUTES.some((mediaRoute) => mediaRoute === route);

/** Serves a video, a still or subtitles of an indexed file. The caller has checked who asks. */
export async function serveMedia(
  request: IncomingMessage,
  response: ServerResponse,
  library: MediaLibrary,
  route: MediaRoute,
  query: URLSearchParams,
): Promise<void> {
  const uri = query.get('uri') ?? '';
  if (!library.holds(uri)) return sendError(response, 404, 'Not found.');
  if (route === 'subtitles') return serveSubtitles(response, library, uri, query.get('language'));
  if (route === 'still') return serveStill(response, library, uri, query);
  const plays = query.get('plays');
  if (plays === null) return serveVideo(request, response, library, uri);
  const ms = Number(query.get('ms') ?? 0);
  if (!Number.isSafeInteger(ms) || ms < 0 || plays.length > MAX_PLAYS_CHARS)
    return sendError(
      response,
      400,
      `ms must be a whole number from 0, and plays at most ${MAX_PLAYS_CHARS} characters.`,
    );
  const abortController = new AbortController();
  response.once('close', () => abortController.abort());
  const plan = await library.plan(uri, plays.split(',').filter(Boolean), abortController.signal);
  if (plan.way === 'original') return serveVideo(request, response, library, uri);
  return serveStream(request, response, library, uri, plan, ms);
}
