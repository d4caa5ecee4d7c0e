import type { DigestProgress } from '../../protocol/digest.ts';
import { digestVideosTool } from '../../protocol/tools.ts';
import { createProgressReporter, type RegisterTool, registerTool, toScope } from './tool.ts';

export const registerDigestVideos: RegisterTool = (server, sendRequest) =>
  registerTool(server, digestVideosTool, async ({ quotes, ...narrowing }, extra) => {
    const report = createProgressReporter(extra);
    const onPartial = (value: unknown) => report?.((value as DigestProgress).path);
    const params = { quotes, scope: toScope(narrowing) };
    const result = await sendRequest('goldfish/digest', params, extra.signal, onPartial);
    return { content: [{ type: 'text', text: result.text }], structured: result };
  });
