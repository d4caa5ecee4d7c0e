import { readSubtitlesTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { placeToUri, type RegisterTool, registerTool } from './tool.ts';

export const registerReadSubtitles: RegisterTool = (server, sendRequest) =>
  registerTool(server, readSubtitlesTool, async ({ video, ...options }, { signal }) => {
    const result = await sendRequest('goldfish/subtitles', { uri: placeToUri(video), ...options }, signal);
    const text = result.text.split('\n').map(toOneLine).join('\n');
    return { content: [{ type: 'text', text }], structured: { ...result, text } };
  });
