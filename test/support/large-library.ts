import type { Page } from 'playwright-core';
import type { Evidence } from '../../server/protocol/search.ts';
import type { VideoItem, VideoResult, VideosParams } from '../../server/protocol/videos.ts';

interface Request {
  readonly id?: number;
  readonly method?: string;
  readonly params?: VideosParams;
}

/** How much longer than a real library the page's one is. */
export interface Enlarged {
  /** How many videos are listed. */
  readonly videos: number;
  /** How many lines the transcript of each video has, one every 2 s. */
  readonly lines: number;
}

const DAY_MS = 86_400_000;
const LINE_MS = 2000;
const NEWEST = Date.UTC(2026, 10, 30, 12);

/** Copies videos until there are enough. Each has its own path, and its own date, three a day. */
function enlargeList(real: readonly VideoItem[], count: number): readonly VideoItem[] {
  return Array.from({ length: count }, (_, at): VideoItem => {
    const model = real[at % real.length];
    if (model === undefined) throw new Error('There is no video to copy.');
    // The copy of each is played and drawn from the real file: its URI differs in the fragment only.
    const name = `talk ${String(at).padStart(5, '0')}.mp4`;
    return {
      ...model,
      uri: `${model.uri}#${at}`,
      path: `/videos/${Math.floor(at / 500)}/${name}`,
      recorded: new Date(NEWEST - (at * DAY_MS) / 3).toISOString(),
    };
  });
}

function enlargeVideo(video: VideoResult, count: number): VideoResult {
  const lines = Array.from({ length: count }, (_, at): Evidence => {
    const startMs = at * LINE_MS;
    return {
      kind: 'speech',
      text: `Line ${at} of a very long talk, with as many words as people say in about two seconds.`,
      startMs,
      endMs: startMs + LINE_MS,
      source: 'talk.srt',
    };
  });
  return { ...video, lines, kinds: ['speech'], clips: [], durationMs: count * LINE_MS };
}

/** Makes the page see a library that is larger than the daemon's. Call it before the page is opened. */
export async function enlargeLibrary(page: Page, { videos, lines }: Enlarged): Promise<void> {
  await page.route(/\/(?:still|video|subtitles)\?/, (route) =>
    route.continue({
      url: route
        .request()
        .url()
        .replace(/%23\d+/, ''),
    }),
  );
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    const server = socket.connectToServer();
    const lists = new Map<number, VideosParams>();
    const details = new Set<number>();
    socket.onMessage((message) => {
      const request = JSON.parse(String(message)) as Request;
      const { id, method, params } = request;
      if (id !== undefined && method === 'goldfish/videos') {
        lists.set(id, params ?? {});
        server.send(JSON.stringify({ ...request, params: {} }));
        return;
      }
      if (id !== undefined && method === 'goldfish/video') details.add(id);
      // The daemon knows only the real file of a copy.
      server.send(String(message).replaceAll(/#\d+"/g, '"'));
    });
    server.onMessage((message) => {
      const response = JSON.parse(String(message)) as { readonly id?: number; readonly result?: unknown };
      const { id = -1, result } = response;
      const page = lists.get(id);
      if (page !== undefined) {
        const { offset = 0, limit = 100 } = page;
        const all = enlargeList((result as { readonly videos: readonly VideoItem[] }).videos, videos);
        socket.send(
          JSON.stringify({
            ...response,
            result: { total: videos, videos: all.slice(offset, offset + limit) },
          }),
        );
      } else if (details.has(id) && result !== undefined)
        socket.send(JSON.stringify({ ...response, result: enlargeVideo(result as VideoResult, lines) }));
      else socket.send(message);
    });
  });
}
