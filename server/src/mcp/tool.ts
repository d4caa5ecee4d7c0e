import { isAbsolute } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Scope } from '../../protocol/base.ts';
import type { DeepReadonly } from '../../protocol/message.ts';
import type { AgentTool } from '../../protocol/tools.ts';
import { fileUriOf } from '../base/file-uri.ts';
import { oneLine } from '../core/oneLine.ts';
import type { DaemonError } from '../daemon/connect.ts';
import type { Ask } from './daemon-link.ts';

/** Adds one tool to a server. */
export type RegisterTool = (server: McpServer, ask: Ask) => void;

/** No tool of ours changes anything. */
const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Converts a path to a URI. Anything else passes through: the daemon reports what is wrong with it. */
export function placeToUri(place: string): string {
  return isAbsolute(place) ? fileUriOf(place) : place;
}

interface Narrowing {
  readonly in?: readonly string[] | undefined;
  readonly recordedFrom?: string | undefined;
  readonly recordedTo?: string | undefined;
}

export function toScope({ in: places, recordedFrom, recordedTo }: Narrowing): Scope {
  return { uris: places?.map(placeToUri), recordedFrom, recordedTo };
}

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** What tells an agent that asked for progress of each step, with some words; undefined where it did not ask. */
export function progressOf({ _meta, sendNotification }: Extra): ((words: string) => void) | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return (words) => {
    progress += 1;
    const params = { progressToken, progress, message: oneLine(words) };
    // An agent that is gone needs no progress.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

/** What a tool returns: text for the model, and the same as data in the shape that the tool declares. */
export interface ToolReply<Output> {
  readonly content: CallToolResult['content'];
  readonly structured: Output;
}

/**
 * Adds a tool to the server. Its output schema keeps what agents are to see and drops the rest. A failure becomes a
 * result that says what happened and what to do.
 */
export function registerTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  server: McpServer,
  { name, title, modelDescription, input, output }: AgentTool<Input, Output>,
  run: (input: z.output<Input>, extra: Extra) => Promise<ToolReply<DeepReadonly<z.input<Output>>>>,
): void {
  const config = {
    title,
    description: modelDescription,
    inputSchema: input,
    outputSchema: output,
    annotations: { title, ...readOnly },
  };
  server.registerTool<z.ZodObject, z.ZodObject>(name, config, async (args, extra) => {
    try {
      const { content, structured } = await run(args as z.output<Input>, extra);
      return { content, structuredContent: output.parse(structured) };
    } catch (error) {
      const { message, data } = error as DaemonError;
      const text = data?.remedy === undefined ? message : `${message}\n${data.remedy}`;
      return { isError: true, content: [{ type: 'text', text }] };
    }
  });
}
