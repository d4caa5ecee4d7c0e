import { isAbsolute } from 'node:path';
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js';
import type { CallToolResult, ServerNotification, ServerRequest } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { fileUriOf } from '../base/file-uri.ts';
import { oneLine } from '../core/oneLine.ts';
import type { DaemonError } from '../daemon/connect.ts';
import type { Ask } from './daemon-link.ts';

/** Adds one tool to a server. */
export type RegisterTool = (server: McpServer, ask: Ask) => void;

/** No tool of ours changes anything. */
export const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
} as const;

/** A file or folder as an agent names it: an absolute path or a `file:` URI. */
export const place = z
  .string()
  .min(1)
  .max(32_768)
  .describe('absolute path or file: URI of a file or folder on this machine');

/** The URI of a place. What is neither a path nor a URI goes on as it is: the daemon says what is wrong with it. */
export function uriOfPlace(given: string): string {
  return isAbsolute(given) ? fileUriOf(given) : given;
}

export const within = {
  in: z.array(place).max(100).optional().describe('only these folders or videos; all where absent'),
  recordedFrom: z.string().optional().describe('ISO 8601 date or date-time, inclusive'),
  recordedTo: z.string().optional().describe('ISO 8601 date or date-time; a bare date means its whole day'),
};

export interface Within {
  readonly in?: readonly string[] | undefined;
  readonly recordedFrom?: string | undefined;
  readonly recordedTo?: string | undefined;
}

export function scopeOf({ in: places, recordedFrom, recordedTo }: Within) {
  return { uris: places?.map(uriOfPlace), recordedFrom, recordedTo };
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

/** Runs a tool's work; a failure becomes a result that tells the agent what happened and what to do. */
export async function answering(work: () => Promise<CallToolResult>): Promise<CallToolResult> {
  try {
    return await work();
  } catch (error) {
    const { message, data } = error as DaemonError;
    const text = data?.remedy === undefined ? message : `${message}\n${data.remedy}`;
    return { isError: true, content: [{ type: 'text', text }] };
  }
}
