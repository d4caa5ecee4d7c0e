import type { Client } from '../daemon/connect.ts';
import { createDaemonLink } from './daemon-link.ts';
import { createDrainingTransport } from './draining-transport.ts';
import { type AgentPermissions, createMcpServer } from './server.ts';

/** Runs `goldfish mcp`: serves an agent on this process's stdio until the agent closes it and all is answered. */
export async function runMcp(permissions: AgentPermissions, connect: () => Promise<Client>): Promise<number> {
  const link = createDaemonLink(connect);
  const server = createMcpServer(link.request, permissions);
  const { transport, drained } = createDrainingTransport(process.stdin, process.stdout);
  await server.connect(transport);
  await drained;
  await server.close();
  await link.close();
  return 0;
}
