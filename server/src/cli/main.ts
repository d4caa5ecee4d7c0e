import { Command, CommanderError } from 'commander';
import { BUILD } from '../base/build.ts';
import type { Client } from '../daemon/connect.ts';
import type { Outcome, Run } from './command.ts';
import { commands } from './commands.ts';
import { type Connect, contextOf, type GlobalOptions, type Surroundings } from './context.ts';
import { clean, toJson } from './escape.ts';
import { ExitCodes, failureOf } from './failure.ts';

const about = `Ask your videos. A daemon on this machine indexes media folders clip by clip and answers with a link to the second.`;

const after = `
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
export async function runWith(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings;
  let exitCode: number = ExitCodes.done;
  const opened: Client[] = [];
  const recording: Connect = async (options) => {
    const client = await surroundings.connect(options);
    if (client) opened.push(client);
    return client;
  };

  const fail = (thrown: unknown, json: boolean): void => {
    const { failure, exitCode: code } = failureOf(thrown);
    exitCode = code;
    if (json) out.write(`${toJson({ error: failure })}\n`);
    const remedy = failure.data?.remedy ? `\n${failure.data.remedy}` : '';
    err.write(`${clean(`goldfish: ${failure.message}${remedy}`)}\n`);
  };

  const program = new Command('goldfish');
  const run: Run = async (work, given) => {
    const options = { ...program.opts<GlobalOptions>(), ...given };
    const json = options.json === true;
    try {
      const outcome: Outcome = await work(contextOf({ ...surroundings, connect: recording }, options));
      exitCode = outcome.code ?? ExitCodes.done;
      if (json) out.write(`${toJson(outcome.result)}\n`);
      else if (outcome.text) out.write(`${outcome.text}\n`);
    } catch (thrown) {
      fail(thrown, json);
    } finally {
      for (const client of opened) void client.close();
    }
  };

  program
    .description(about)
    .version(BUILD, '--version', 'print the version')
    .option('--json', 'print exactly one JSON document on stdout')
    .option('--data-dir <folder>', "the data folder (index, settings, logs); the platform's standard place")
    .option('--demo', 'the demo\'s data folder, while "start" without a folder runs')
    .helpOption('-h, --help', 'print help')
    .helpCommand(true)
    .showHelpAfterError('Run it with --help for what it takes.')
    .addHelpText('after', after)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(clean(text)),
      getOutHelpWidth: () => out.columns || 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const register of commands) register(program, run);
  for (const command of program.commands) {
    command.exitOverride().copyInheritedSettings(program).allowExcessArguments(false);
  }

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) fail(thrown, wantsJson(argv));
    else if (thrown.exitCode !== 0) {
      exitCode = ExitCodes.usage;
      if (wantsJson(argv)) {
        const message = thrown.message.replace(/^error: /, '');
        const remedy = 'Run it with --help for what it takes.';
        out.write(`${toJson({ error: { code: -32602, message, data: { kind: 'invalid', remedy } } })}\n`);
      }
    }
  }
  return exitCode;
}

/** The `goldfish` command on this process's own streams; the exit code is returned, not set. */
export function runCli(argv: readonly string[], connect: Connect): Promise<number> {
  const interrupted = new AbortController();
  const onSignal = () => interrupted.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // They stay until the process ends: a repeated Ctrl-C (npm sends each twice) must not cut the clean-up short.
  for (const signal of signals) process.on(signal, onSignal);
  // A reader that has gone away (`goldfish search x | head -1`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') interrupted.abort();
    else throw error;
  });
  return runWith(argv, {
    out: process.stdout,
    err: process.stderr,
    input: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    connect,
    signal: interrupted.signal,
  });
}
