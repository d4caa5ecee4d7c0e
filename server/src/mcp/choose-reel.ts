import { chooseReelTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { type RegisterTool, registerTool, toScope } from './tool.ts';

export const registerChooseReel: RegisterTool = (server, sendRequest) =>
  registerTool(server, chooseReelTool, async ({ query, lengthMs, ...narrowing }, { signal }) => {
    const reel = await sendRequest('goldfish/reel', { query, lengthMs, scope: toScope(narrowing) }, signal);
    const lines = reel.moments.map(({ link, text }) => `${link} “${toOneLine(text)}”`);
    const text = [...lines, `${reel.durationMs} ms in all`].join('\n');
    return { content: [{ type: 'text', text }], structured: reel };
  });
