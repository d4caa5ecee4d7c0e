import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Client } from '../daemon/connect.ts';
import { createDaemonLink } from './daemon-link.ts';
import { type AgentPermissions, createMcpServer } from './server.ts';

/** Runs `goldfish mcp`: serves an agent on this process's stdio until the agent closes it. Returns the exit code. */
export async function runMcp(permissions: AgentPermissions, connect: () => Promise<Client>): Promise<number> {
  const link = createDaemonLink(connect);
  const server = createMcpServer(link.request, permissions);
  const { promise: stdinEnded, resolve } = Promise.withResolvers<void>();
  process.stdin.once('end', resolve);
  process.stdin.once('close', resolve);
  process.stdout.on('error', () => resolve());
  await server.connect(new StdioServerTransport());
  await stdinEnded;
  await server.close();
  await link.close();
  return 0;
}
