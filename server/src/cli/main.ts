import { Command, CommanderError } from 'commander';
import { BUILD } from '../base/build.ts';
import type { Client } from '../daemon/connect.ts';
import { ExitCodes, toCliFailure } from './cli-failure.ts';
import type { CommandResult, RunCommand } from './command.ts';
import { cliCommands } from './commands.ts';
import { type CliEnvironment, type Connect, createCommandContext, type GlobalOptions } from './context.ts';
import { sanitise, toTerminalJson } from './sanitise-terminal.ts';

const DESCRIPTION = `Ask your videos. A daemon on this machine indexes media folders clip by clip and answers with a link to the second.`;

const EXIT_CODE_HELP = `
Exit codes:
  0    done (also: nothing found)
  1    the request failed
  2    wrong usage
  3    no daemon could be started or spoken to
  4    a program that the command needs is missing
  130  interrupted

For editors: "lsp --stdio" is the language server; for agents: "mcp" is the MCP server on stdio; "daemon" is the
daemon itself in the foreground.
`;

/** `--json` and `--demo` as they stand, for errors that come before arguments are parsed. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

/** Runs one command line to its end; never throws. Returns the exit code. */
export async function runCommandLine(argv: readonly string[], environment: CliEnvironment): Promise<number> {
  const { out, err } = environment;
  let exitCode: number = ExitCodes.done;
  const openedClients: Client[] = [];
  const connectAndRecord: Connect = async (options) => {
    const client = await environment.connect(options);
    if (client) openedClients.push(client);
    return client;
  };

  const printFailure = (error: unknown, json: boolean): void => {
    const { failure, exitCode: code } = toCliFailure(error);
    exitCode = code;
    if (json) out.write(`${toTerminalJson({ error: failure })}\n`);
    const remedy = failure.data?.remedy ? `\n${failure.data.remedy}` : '';
    err.write(`${sanitise(`goldfish: ${failure.message}${remedy}`)}\n`);
  };

  const program = new Command('goldfish');
  const run: RunCommand = async (command, overrides) => {
    const options = { ...program.opts<GlobalOptions>(), ...overrides };
    const json = options.json === true;
    try {
      const outcome: CommandResult = await command(
        createCommandContext({ ...environment, connect: connectAndRecord }, options),
      );
      exitCode = outcome.code ?? ExitCodes.done;
      if (json) out.write(`${toTerminalJson(outcome.result)}\n`);
      else if (outcome.text) out.write(`${outcome.text}\n`);
    } catch (error) {
      printFailure(error, json);
    } finally {
      for (const client of openedClients) void client.close();
    }
  };

  program
    .description(DESCRIPTION)
    .version(BUILD, '--version', 'print the version')
    .option('--json', 'print exactly one JSON document on stdout')
    .option('--data-dir <folder>', "the data folder (index, settings, logs); the platform's standard place")
    .option('--demo', 'the demo\'s data folder, while "start" without a folder runs')
    .helpOption('-h, --help', 'print help')
    .helpCommand(true)
    .showHelpAfterError('Run it with --help for what it takes.')
    .addHelpText('after', EXIT_CODE_HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(sanitise(text)),
      getOutHelpWidth: () => out.columns || 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const register of cliCommands) register(program, run);
  for (const command of program.commands) {
    command.exitOverride().copyInheritedSettings(program).allowExcessArguments(false);
  }

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) printFailure(error, wantsJson(argv));
    else if (error.exitCode !== 0) {
      exitCode = ExitCodes.usage;
      if (wantsJson(argv)) {
        const message = error.message.replace(/^error: /, '');
        const remedy = 'Run it with --help for what it takes.';
        out.write(
          `${toTerminalJson({ error: { code: -32602, message, data: { kind: 'invalid', remedy } } })}\n`,
        );
      }
    }
  }
  return exitCode;
}

/** The `goldfish` command on this process's own streams; the exit code is returned, not set. */
export function runCli(argv: readonly string[], connect: Connect): Promise<number> {
  const interruption = new AbortController();
  const onSignal = () => interruption.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // They stay until the process ends: a repeated Ctrl-C (npm sends each twice) must not cut the clean-up short.
  for (const signal of signals) process.on(signal, onSignal);
  // A reader that has gone away (`goldfish search x | head -1`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') interruption.abort();
    else throw error;
  });
  return runCommandLine(argv, {
    out: process.stdout,
    err: process.stderr,
    input: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    connect,
    signal: interruption.signal,
  });
}
