import { addVideosTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { ADDING_HINTS, createProgressReporter, type RegisterTool, registerTool } from './tool.ts';

export const registerAddVideos: RegisterTool = (server, sendRequest) =>
  registerTool(
    server,
    addVideosTool,
    async ({ url, limit }, extra) => {
      const report = createProgressReporter(extra);
      report?.(`Downloading ${url}`);
      const added = await sendRequest('goldfish/add', { url, limit }, extra.signal);
      const saved = added.files.map(({ path }) => `Saved ${toOneLine(path)}.`);
      const failed = added.problems.map((problem) => `Not downloaded: ${toOneLine(problem)}`);
      const lines = [...saved, ...failed];
      const text = lines.length > 0 ? lines.join('\n') : 'Everything at this address was downloaded before.';
      return { content: [{ type: 'text', text }], structured: added };
    },
    ADDING_HINTS,
  );
