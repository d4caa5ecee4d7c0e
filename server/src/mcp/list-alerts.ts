import { listAlertsTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { type RegisterTool, registerTool } from './tool.ts';

export const registerListAlerts: RegisterTool = (server, sendRequest) =>
  registerTool(server, listAlertsTool, async (_input, { signal }) => {
    const { alerts } = await sendRequest('goldfish/alerts/list', {}, signal);
    const lines = alerts.flatMap(({ query, count, matches }) => [
      `${toOneLine(query)}: ${count} matches`,
      ...matches.map(({ link, text }) => `    ${link} “${toOneLine(text)}”`),
    ]);
    const text = lines.length > 0 ? lines.join('\n') : 'The user has no alerts.';
    return { content: [{ type: 'text', text }], structured: { alerts } };
  });
