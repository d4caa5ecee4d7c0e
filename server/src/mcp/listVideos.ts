import { z } from 'zod';
import { oneLine } from '../core/oneLine.ts';
import { answering, place, type RegisterTool, readOnly, uriOfPlace } from './tool.ts';

export const listVideos: RegisterTool = (server, ask) => {
  server.registerTool(
    'list_videos',
    {
      title: 'List videos',
      description: 'The indexed videos by path, with length, date and state of indexing.',
      inputSchema: {
        folder: place.optional().describe('only below this folder'),
        offset: z.number().int().min(0).default(0).describe('how many to leave out from the start'),
        limit: z.number().int().min(1).max(500).default(100),
      },
      outputSchema: {
        total: z.number(),
        nextOffset: z.number().optional().describe('present where more follow: the offset to ask on with'),
        videos: z.array(
          z.object({
            path: z.string(),
            uri: z.string(),
            state: z.string(),
            durationMs: z.number(),
            bytes: z.number(),
            recorded: z.string(),
          }),
        ),
      },
      annotations: { title: 'List videos', ...readOnly },
    },
    ({ folder, offset, limit }, { signal }) =>
      answering(async () => {
        const uri = folder === undefined ? undefined : uriOfPlace(folder);
        const { total, videos } = await ask('goldfish/videos', { uri, offset, limit }, signal);
        const items = videos.map(({ path, uri, state, durationMs, bytes, recorded }) => ({
          path,
          uri,
          state,
          durationMs,
          bytes,
          recorded,
        }));
        const lines = items.map(
          (item) => `${oneLine(item.path)}  ${item.durationMs} ms, ${item.recorded}, ${item.state}`,
        );
        const next = offset + items.length;
        const nextOffset = items.length > 0 && next < total ? next : undefined;
        const more = nextOffset === undefined ? [] : [`More: ask again with offset ${nextOffset}.`];
        const text = [`${total} videos in all, ${items.length} here`, ...lines, ...more].join('\n');
        return { content: [{ type: 'text', text }], structuredContent: { total, nextOffset, videos: items } };
      }),
  );
};
