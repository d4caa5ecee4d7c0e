import { recordStreamTool } from '../../protocol/tools.ts';
import { toOneLine } from '../core/text/one-line.ts';
import { ADDING_HINTS, createProgressReporter, type RegisterTool, registerTool } from './tool.ts';

const MINUTE_MS = 60_000;

export const registerRecordStream: RegisterTool = (server, sendRequest) =>
  registerTool(
    server,
    recordStreamTool,
    async ({ url, minutes, name }, extra) => {
      createProgressReporter(extra)?.(`Connecting to ${url}`);
      const params = { url, name, forMs: minutes * MINUTE_MS };
      const started = await sendRequest('goldfish/record/start', params, extra.signal);
      const lines = started.recordings.map(
        (recording) => `${toOneLine(recording.name)} is being recorded until ${recording.stopsAt}.`,
      );
      return { content: [{ type: 'text', text: lines.join('\n') }], structured: started };
    },
    // Each call records once more.
    { ...ADDING_HINTS, idempotentHint: false },
  );
