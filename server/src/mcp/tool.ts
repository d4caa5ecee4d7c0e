import { isAbsolute } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
  ToolAnnotations,
} from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { Scope } from '../../protocol/base.ts';
import type { DeepReadonly } from '../../protocol/message.ts';
import type { AgentTool } from '../../protocol/tools.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { toOneLine } from '../core/text/one-line.ts';
import type { DaemonError } from '../daemon/connect.ts';
import type { SendRequest } from './daemon-link.ts';

/** Adds one tool to a server. */
export type RegisterTool = (server: McpServer, sendRequest: SendRequest) => void;

/** Declares that the tools change nothing. */
const READ_ONLY_HINTS = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** Declares that a tool fetches from the web and adds files, and replaces none. */
export const ADDING_HINTS = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
} as const;

/** Converts a path to a URI. Anything else is passed on unchanged, and the daemon reports its fault. */
export function placeToUri(pathSchema: string): string {
  return isAbsolute(pathSchema) ? pathToFileUri(pathSchema) : pathSchema;
}

interface ScopeInput {
  readonly in?: readonly string[] | undefined;
  readonly recordedFrom?: string | undefined;
  readonly recordedTo?: string | undefined;
}

export function toScope({ in: paths, recordedFrom, recordedTo }: ScopeInput): Scope {
  return { uris: paths?.map(placeToUri), recordedFrom, recordedTo };
}

type ToolCall = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Creates a function that reports progress with a message. Returns undefined if the agent did not request progress. */
export function createProgressReporter({
  _meta,
  sendNotification,
}: ToolCall): ((words: string) => void) | undefined {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  let progress = 0;
  return (words) => {
    progress += 1;
    const params = { progressToken, progress, message: toOneLine(words) };
    // A disconnected agent needs no progress.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

/** Holds the result of a tool: text for the model, and the same as data in the shape that the tool declares. */
export interface ToolReply<Output> {
  readonly content: CallToolResult['content'];
  readonly structured: Output;
}

/**
 * Adds a tool to the server. Its output schema selects the members that agents see. A failure becomes a result that
 * says what happened and what to do.
 */
export function registerTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  server: McpServer,
  { name, title, modelDescription, input, output }: AgentTool<Input, Output>,
  run: (input: z.output<Input>, extra: ToolCall) => Promise<ToolReply<DeepReadonly<z.input<Output>>>>,
  hints: ToolAnnotations = READ_ONLY_HINTS,
): void {
  const config = {
    title,
    description: modelDescription,
    inputSchema: input,
    outputSchema: output,
    annotations: { title, ...hints },
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
