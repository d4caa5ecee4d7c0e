import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  McpError,
  ReadResourceRequestSchema,
  type ReadResourceResult,
} from '@modelcontextprotocol/sdk/types.js';
import { ErrorCodes } from '../../protocol/errors.ts';
import { DaemonError } from '../daemon/connect.ts';
import { clipTemplate, frameTemplate, parseResourceUri, type ResourceTarget } from './clip-links.ts';
import type { SendRequest } from './daemon-link.ts';

const DEFAULT_WIDTH_PX = 640;

/** The code that MCP gives to a resource that does not exist. */
const RESOURCE_NOT_FOUND = -32002;

const TEMPLATES = [
  {
    name: 'clip',
    uriTemplate: clipTemplate,
    title: 'A clip',
    description: 'speech, text on screen and descriptions of a clip',
    mimeType: 'application/json',
  },
  {
    name: 'frame',
    uriTemplate: frameTemplate,
    title: 'A frame',
    description: 'the frame of a video at a time in ms',
    mimeType: 'image/jpeg',
  },
];

/**
 * Serves the resources that links in results point to. They are not listed, because each clip is one. A URI that no
 * template matches, or whose video or clip is not known, is not found (-32002); one that cannot be read is invalid.
 */
export function registerResources({ server }: McpServer, sendRequest: SendRequest): void {
  server.registerCapabilities({ resources: {} });
  server.setRequestHandler(ListResourcesRequestSchema, () => ({ resources: [] }));
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({ resourceTemplates: TEMPLATES }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    const target = parseResourceUri(uri);
    if (target === 'malformed')
      throw new McpError(ErrorCode.InvalidParams, `${uri} is not a well-formed URI of a resource.`, { uri });
    if (target === undefined) throw new McpError(RESOURCE_NOT_FOUND, `There is no resource ${uri}.`, { uri });
    try {
      return { contents: await readResource(uri, target, sendRequest, signal) };
    } catch (error) {
      throw toResourceError(uri, error);
    }
  });
}

async function readResource(
  uri: string,
  target: ResourceTarget,
  sendRequest: SendRequest,
  signal: AbortSignal,
): Promise<ReadResourceResult['contents']> {
  if (target.kind === 'clip') {
    const clip = await sendRequest('goldfish/clip', { clipId: target.clipId }, signal);
    return [{ uri, mimeType: 'application/json', text: JSON.stringify(clip) }];
  }
  const params = { uri: target.uri, timesMs: [target.timeMs], width: DEFAULT_WIDTH_PX };
  const { frames } = await sendRequest('goldfish/frames', params, signal);
  return frames.map(({ data, mimeType }) => ({ uri, mimeType, blob: data }));
}

/** Converts an error of the daemon to one that agents know; its remedy stays in the message. */
function toResourceError(uri: string, error: unknown): unknown {
  if (!(error instanceof DaemonError)) return error;
  const { code, message, data } = error;
  const text = data?.remedy === undefined ? message : `${message} ${data.remedy}`;
  if (code === ErrorCodes.notFound) return new McpError(RESOURCE_NOT_FOUND, text, { uri });
  if (code === ErrorCodes.invalid || code === ErrorCode.InvalidParams)
    return new McpError(ErrorCode.InvalidParams, text, { uri });
  return new McpError(code, text, { ...data, uri });
}
