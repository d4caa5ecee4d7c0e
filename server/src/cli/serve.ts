import { once } from 'node:events';
import { InvalidArgumentError } from 'commander';
import type { Client } from '../daemon/connect.ts';
import { CommandError, usageError } from './cli-failure.ts';
import { collectOption, formatExamples, parseCountOrAll, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { addListenOptions, type ListenOptions, serveUsers, toServeParams } from './serve-team.ts';

interface ServeOptions extends ListenOptions {
  readonly openai?: boolean;
  readonly host: string;
  readonly port: number;
  readonly folder?: readonly string[];
  readonly k?: number;
}

/** Environment variable with the key that requests must carry. */
const SERVE_KEY_VARIABLE = 'GOLDFISH_SERVE_KEY';
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('Use a port from 0 to 65535.');
  return port;
}

/** Keeps one session with the daemon, and opens another when it has ended. */
function createSession(context: CommandContext): () => Promise<Client> {
  let session: Promise<Client> | undefined;
  return () => {
    session ??= context.client().then((client) => {
      void client.closed.then(() => {
        session = undefined;
      });
      return client;
    });
    session.catch(() => {
      session = undefined;
    });
    return session;
  };
}

async function serve(context: CommandContext, options: ServeOptions) {
  const params = toServeParams(options, context.resolvePath);
  if (params !== undefined && options.openai)
    throw usageError('--listen and --openai are two servers.', 'Run the command once for each.');
  if (params !== undefined) return serveUsers(context, params);
  if (!options.openai) throw usageError('Name what to serve.', 'Use --listen HOST:PORT or --openai.');
  const key = context.env[SERVE_KEY_VARIABLE];
  if (!LOOPBACK.test(options.host) && !key)
    throw usageError(
      `Other computers could ask on ${options.host} without a key.`,
      `Set ${SERVE_KEY_VARIABLE}, or leave --host out.`,
    );
  const { startOpenAiServer } = await import('../openai-api/openai-server.ts');
  const client = createSession(context);
  await client();
  const server = await startOpenAiServer({
    client,
    host: options.host,
    port: options.port,
    key: key || undefined,
    folders: (options.folder ?? []).map(context.resolvePath),
    k: options.k,
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError('unavailable', `Cannot listen: ${reason}`, 'Choose another --port.');
  });
  context.err.write(`Serving the model goldfish at ${server.url} until Ctrl-C.\n`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  await server.close();
  return { result: { url: server.url } };
}

export const registerServe: RegisterCommand = (program, run) => {
  addListenOptions(program.command('serve'))
    .option('--openai', "serve OpenAI's chat completions; content parts may name videos as vLLM's video_url")
    .option(
      '--host <address>',
      `address to listen on; others than this computer need ${SERVE_KEY_VARIABLE}`,
      '127.0.0.1',
    )
    .option('--port <port>', 'port to listen on; 0 for any', parsePort, 11_500)
    .option(
      '--folder <folder>',
      'also index and ask files in this folder (may be repeated); watched folders are always allowed',
      collectOption,
    )
    .option('-k <n>', 'number of clips to answer from, -1 for all', parseCountOrAll)
    .description(
      'serve the library to users over the network, or questions to programs that speak an API of others',
    )
    .addHelpText(
      'after',
      formatExamples(
        'goldfish serve --listen 0.0.0.0:8443 --cert /etc/goldfish/cert.pem --key /etc/goldfish/key.pem',
        'goldfish serve --listen 127.0.0.1:8480 --behind-proxy --name videos.example.org',
        'goldfish serve --openai --folder ~/benchmarks/videos',
      ),
    )
    .action((options: ServeOptions) => run((context) => serve(context, options)));
};
