import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDir, userWorkingDirectory } from './base/paths.ts';

/** Exit codes, the same as the command line's: wrong usage, and failure. */
const EXIT_USAGE = 2;
const EXIT_FAILED = 1;

const options = {
  'data-dir': { type: 'string' },
  'with-pid': { type: 'string' },
  stdio: { type: 'boolean' },
  'allow-add': { type: 'boolean' },
  listen: { type: 'string' },
  cert: { type: 'string' },
  key: { type: 'string' },
  'behind-proxy': { type: 'boolean' },
  name: { type: 'string', multiple: true },
  'trusted-proxy': { type: 'string', multiple: true },
  'identity-header': { type: 'string' },
  // vscode-languageclient sends this besides --stdio. `initialize` contains the same.
  clientProcessId: { type: 'string' },
} as const;

const onMessage = (message: string) => void process.stderr.write(`goldfish: ${message}\n`);

const wantsHelp = (argv: readonly string[]) => argv.includes('--help') || argv.includes('-h');

/** Returns where the daemon serves users, from the same options as those of `goldfish serve`. */
async function readServeParams(values: {
  readonly listen?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly 'behind-proxy'?: boolean;
  readonly name?: string[];
  readonly 'trusted-proxy'?: string[];
  readonly 'identity-header'?: string;
}) {
  const { toServeParams } = await import('./cli/serve-team.ts');
  const { 'behind-proxy': behindProxy, 'trusted-proxy': trustedProxy, ...others } = values;
  const identityHeader = values['identity-header'];
  return toServeParams({ ...others, behindProxy, trustedProxy, identityHeader }, (path) =>
    resolve(userWorkingDirectory(process.env, process.cwd()), path),
  );
}

/** Runs the command line. Each command loads only the modules it needs. */
async function main(argv: readonly string[]): Promise<number> {
  const [command] = argv;
  if ((command !== 'daemon' && command !== 'lsp' && command !== 'mcp') || wantsHelp(argv)) {
    const [{ runCli }, { connect }] = await Promise.all([
      import('./cli/main.ts'),
      import('./daemon/connect.ts'),
    ]);
    return runCli(argv, (connectOptions) => connect(connectOptions, { name: 'goldfish', onMessage }));
  }
  const { values } = parseArgs({ args: argv.slice(1), options, strict: true });
  const dataDirOption = values['data-dir'];
  const dataDir =
    dataDirOption === undefined
      ? defaultDataDir()
      : resolve(userWorkingDirectory(process.env, process.cwd()), dataDirOption);
  const withPid = values['with-pid'] === undefined ? undefined : Number(values['with-pid']);
  if (command === 'daemon') {
    const { runDaemon } = await import('./daemon/run-daemon.ts');
    const serve = values.listen === undefined ? undefined : await readServeParams(values);
    return runDaemon({ dataDir, withPid, serve });
  }
  if (command === 'mcp') {
    const [{ runMcp }, { connect }] = await Promise.all([
      import('./mcp/run.ts'),
      import('./daemon/connect.ts'),
    ]);
    const mayAdd = values['allow-add'] === true;
    return runMcp({ add: mayAdd, record: mayAdd }, async () => {
      const client = await connect({ dataDir }, { name: 'goldfish-mcp', onMessage });
      if (client === undefined) throw new Error(`Cannot start the daemon for ${dataDir}.`);
      return client;
    });
  }
  const { runLspProxy } = await import('./daemon/lsp-proxy.ts');
  return runLspProxy({ dataDir }, process.stdin, process.stdout);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message, remedy } = error as Error & { remedy?: string };
  process.stderr.write(`goldfish: ${message}${remedy === undefined ? '' : `\n${remedy}`}\n`);
  const isUsageError = String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
  process.exitCode = isUsageError ? EXIT_USAGE : EXIT_FAILED;
}
// Streams are flushed by now. A handle that a library left open must not keep the process alive.
setTimeout(() => process.exit(), 2000).unref();
