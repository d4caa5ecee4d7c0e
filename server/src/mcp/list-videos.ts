import { listVideosTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

export const registerListVideos: RegisterTool = (server, sendRequest) =>
  registerTool(server, listVideosTool, async ({ folder, offset, limit }, { signal }) => {
    const uri = folder === undefined ? undefined : placeToUri(folder);
    const { total, videos } = await sendRequest('goldfish/videos', { uri, offset, limit }, signal);
    const lines = videos.map(
      (item) => `${toOneLine(item.path)}  ${item.durationMs} ms, ${item.recorded}, ${item.state}`,
    );
    const nextStart = offset + videos.length;
    const nextOffset = videos.length > 0 && nextStart < total ? nextStart : undefined;
    const moreText = nextOffset === undefined ? [] : [`More: call again with offset ${nextOffset}.`];
    const text = [`${videos.length} of ${total} videos`, ...lines, ...moreText].join('\n');
    return { content: [{ type: 'text', text }], structured: { total, nextOffset, videos } };
  });
