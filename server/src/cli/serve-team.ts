import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ServeParams } from '../../protocol/users.ts';
import type { Client } from '../daemon/connect.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, collectOption } from './command.ts';
import type { CommandContext } from './context.ts';

export interface ListenOptions {
  readonly listen?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly behindProxy?: boolean;
  readonly name?: readonly string[];
  readonly trustedProxy?: readonly string[];
  readonly identityHeader?: string;
}

/** How often and how long to look for the daemon that replaces the present one, in ms. */
const RETRY_MS = 500;
const MAX_RETRIES = 40;

/** Adds the options of a server for users over the network. */
export function addListenOptions(command: Command): Command {
  return command
    .option(
      '--listen <host:port>',
      'serve the page, MCP and metrics to users over the network (see "goldfish users")',
    )
    .option('--cert <file>', 'certificate chain for --listen, PEM; renewed when the file changes')
    .option('--key <file>', 'private key of the certificate, PEM')
    .option('--behind-proxy', 'a proxy in front of --listen ends TLS')
    .option(
      '--name <host>',
      'also accept requests for this host name, such as that of the proxy (may be repeated)',
      collectOption,
    )
    .option(
      '--trusted-proxy <address>',
      'address or network of a proxy that may name the user (may be repeated)',
      collectOption,
    )
    .option(
      '--identity-header <name>',
      'header in which a trusted proxy names the user, such as X-Auth-Request-Email',
    );
}

/** Converts the options to parameters of the protocol. Returns undefined without `--listen`. */
export function toServeParams(
  options: ListenOptions,
  resolvePath: (path: string) => string,
): ServeParams | undefined {
  const { listen, cert, key, behindProxy, name, trustedProxy, identityHeader } = options;
  if (listen === undefined) return undefined;
  return {
    listen,
    ...(cert !== undefined && { certificate: resolvePath(cert) }),
    ...(key !== undefined && { key: resolvePath(key) }),
    ...(behindProxy && { behindProxy }),
    ...(name && { names: [...name] }),
    ...(trustedProxy && { trustedProxies: [...trustedProxy] }),
    ...(identityHeader !== undefined && { identityHeader }),
  };
}

/** Lets the daemon serve users until Ctrl-C. Follows a daemon that gives way to a newer build. */
export async function serveUsers(context: CommandContext, params: ServeParams): Promise<CommandResult> {
  const { signal } = context;
  let client: Client | undefined = await context.client();
  for (;;) {
    const { url } = await client.request('goldfish/serve', params, { signal });
    context.err.write(`Serving users at ${url} until Ctrl-C. Add them with "goldfish users add".\n`);
    const ended = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => ended.resolve(), { once: true });
    if (signal.aborted) ended.resolve();
    await Promise.race([client.closed, ended.promise]);
    if (signal.aborted) return { result: { url } };
    client = await findNextDaemon(context);
  }
}

/** Finds the daemon that follows. A stopped one is not started again: a person or the system stopped it. */
async function findNextDaemon(context: CommandContext): Promise<Client> {
  for (let retries = 0; retries < MAX_RETRIES; retries += 1) {
    const client = await context.runningClient();
    if (client !== undefined) return client;
    await wait(RETRY_MS, undefined, { signal: context.signal });
  }
  throw new CommandError('ending', 'The daemon was stopped.', 'Run the command again.', ExitCodes.daemon);
}
