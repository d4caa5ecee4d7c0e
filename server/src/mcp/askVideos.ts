import type { AskDelta, Citation } from '../../protocol/ask.ts';
import { askVideosTool } from '../../protocol/tools.ts';
import { oneLine } from '../core/oneLine.ts';
import { progressOf, type RegisterTool, registerTool, toScope } from './tool.ts';

const citationText = ({ n, link, quote }: Citation) => `[${n}] ${link}\n    “${oneLine(quote)}”`;

export const askVideos: RegisterTool = (server, ask) =>
  registerTool(
    server,
    askVideosTool,
    async ({ question, clips, inspect, conversation, ...narrowing }, extra) => {
      const report = progressOf(extra);
      const onPartial = (value: unknown) => report?.((value as AskDelta).delta);
      const params = { question, k: clips, inspect, conversation, scope: toScope(narrowing) };
      const result = await ask('goldfish/ask', params, extra.signal, onPartial);
      const { answer, citations, note } = result;
      const text = [
        answer.trim(),
        ...citations.map(citationText),
        ...(note === undefined ? [] : [note]),
      ].join('\n');
      return { content: [{ type: 'text', text }], structured: result };
    },
  );
