import { listVideosTool } from '../../protocol/tools.ts';
import { oneLine } from '../core/oneLine.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

export const listVideos: RegisterTool = (server, ask) =>
  registerTool(server, listVideosTool, async ({ folder, offset, limit }, { signal }) => {
    const uri = folder === undefined ? undefined : placeToUri(folder);
    const { total, videos } = await ask('goldfish/videos', { uri, offset, limit }, signal);
    const lines = videos.map(
      (item) => `${oneLine(item.path)}  ${item.durationMs} ms, ${item.recorded}, ${item.state}`,
    );
    const next = offset + videos.length;
    const nextOffset = videos.length > 0 && next < total ? next : undefined;
    const more = nextOffset === undefined ? [] : [`More: call again with offset ${nextOffset}.`];
    const text = [`${videos.length} of ${total} videos`, ...lines, ...more].join('\n');
    return { content: [{ type: 'text', text }], structured: { total, nextOffset, videos } };
  });
