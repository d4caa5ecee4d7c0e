import { readSubtitlesTool } from '../../protocol/tools.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

export const registerReadSubtitles: RegisterTool = (server, sendRequest) =>
  registerTool(server, readSubtitlesTool, async ({ video, ...options }, { signal }) => {
    const result = await sendRequest('goldfish/subtitles', { uri: placeToUri(video), ...options }, signal);
    return { content: [{ type: 'text', text: result.text }], structured: result };
  });
