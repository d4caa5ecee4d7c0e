import type { AskDelta, Citation } from '../../protocol/ask.ts';
import { askVideosTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { createProgressReporter, type RegisterTool, registerTool, toScope } from './tool.ts';

const citationText = ({ n, link, quote }: Citation) => `[${n}] ${link}\n    “${toOneLine(quote)}”`;

export const registerAskVideos: RegisterTool = (server, sendRequest) =>
  registerTool(
    server,
    askVideosTool,
    async ({ question, clips, inspect, conversation, ...narrowing }, extra) => {
      const report = createProgressReporter(extra);
      const onPartial = (value: unknown) => report?.((value as AskDelta).delta);
      const params = { question, k: clips, inspect, conversation, scope: toScope(narrowing) };
      const result = await sendRequest('goldfish/ask', params, extra.signal, onPartial);
      const { answer, citations, note } = result;
      const text = [
        answer.trim(),
        ...citations.map(citationText),
        ...(note === undefined ? [] : [note]),
      ].join('\n');
      return { content: [{ type: 'text', text }], structured: result };
    },
  );
