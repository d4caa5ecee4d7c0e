import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { clipTemplate, frameTemplate } from './clip-links.ts';
import type { SendRequest } from './daemon-link.ts';

const DEFAULT_WIDTH_PX = 640;

const decodeVariable = (variable: string | string[] | undefined) =>
  decodeURIComponent(String(variable ?? ''));

/** Registers the resources that links in results point to. They are not listed, because each clip is one. */
export function registerResources(server: McpServer, sendRequest: SendRequest): void {
  server.registerResource(
    'clip',
    new ResourceTemplate(clipTemplate, { list: undefined }),
    {
      title: 'A clip',
      description: 'speech, text on screen and descriptions of a clip',
      mimeType: 'application/json',
    },
    async (uri, { clipId }, { signal }) => {
      const clip = await sendRequest('goldfish/clip', { clipId: decodeVariable(clipId) }, signal);
      return { contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(clip) }] };
    },
  );
  server.registerResource(
    'frame',
    new ResourceTemplate(frameTemplate, { list: undefined }),
    { title: 'A frame', description: 'the frame of a video at a time in ms', mimeType: 'image/jpeg' },
    async (uri, { video, timeMs }, { signal }) => {
      const params = {
        uri: decodeVariable(video),
        timesMs: [Number(decodeVariable(timeMs))],
        width: DEFAULT_WIDTH_PX,
      };
      const { frames } = await sendRequest('goldfish/frames', params, signal);
      return {
        contents: frames.map(({ data, mimeType }) => ({ uri: uri.href, mimeType, blob: data })),
      };
    },
  );
}
