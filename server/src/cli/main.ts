import { Command, CommanderError } from 'commander';
import { BUILD } from '../base/build.ts';
import { suggestName } from '../core/language/closest-name.ts';
import type { Client } from '../daemon/connect.ts';
import { EXIT_CODE_MEANINGS, ExitCodes, toCliFailure, usageError } from './cli-failure.ts';
import {
  type CommandResult,
  formatExamples,
  type RegisterCommand,
  type RunCommand,
  userCommandName,
} from './command.ts';
import { loadCommands } from './commands.ts';
import { type CliEnvironment, type Connect, createCommandContext, type GlobalOptions } from './context.ts';
import { withFlagNames } from './param-flags.ts';
import { sanitise, toTerminalJson } from './sanitise-terminal.ts';

const DESCRIPTION = `Ask your videos. A daemon on this computer indexes your video folders and answers questions with links to the second.`;

const exitCodeRows = Object.entries(EXIT_CODE_MEANINGS).map(
  ([name, meaning]) => `  ${String(ExitCodes[name as keyof typeof ExitCodes]).padEnd(5)}${meaning}`,
);
const EXAMPLES = formatExamples(
  'goldfish start ~/Videos',
  'goldfish ask "when do we ship the new release?"',
  'goldfish search budget meeting --after "last month"',
);
const EXIT_CODE_HELP = `${EXAMPLES}
Exit codes:
${exitCodeRows.join('\n')}
`;

/** Returns whether the arguments contain `--json`, for errors that occur before they are parsed. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).includes('--json');
}

/** Names the help that explains a usage error: that of the command in the arguments, if they contain one. */
function helpHint(program: Command, argv: readonly string[], env: NodeJS.ProcessEnv): string {
  const names = program.commands.map((command) => command.name());
  const name = argv.find((argument) => names.includes(argument));
  return `See "${[userCommandName(env), name, '--help'].filter((part) => part !== undefined).join(' ')}".`;
}

/**
 * Throws a usage error for a word that is close to a subcommand. Without it, the word would count as an argument of the
 * subcommand that is used by default: `settings lst` would ask for a setting of that name.
 */
function assertKnownSubcommand(program: Command, argv: readonly string[]): void {
  const at = argv.findIndex(
    (argument, index) => !argument.startsWith('-') && argv[index - 1] !== '--data-dir',
  );
  const command = program.commands.find((candidate) => candidate.name() === argv[at]);
  const typed = argv[at + 1] ?? '-';
  const names = (command?.commands ?? []).map((subcommand) => subcommand.name());
  if (command === undefined || typed.startsWith('-') || names.includes(typed)) return;
  const suggestion = suggestName(typed, names);
  if (suggestion !== '')
    throw usageError(
      `Unknown subcommand "${typed}" of "${command.name()}".${suggestion}`,
      `Use one of ${names.join(', ')}.`,
    );
}

/** Adds `Did you mean ...?` to a message about a value that is not among the allowed ones. */
function withSuggestion(message: string): string {
  const [, typed = '', choices = ''] =
    /'([^']*)' is invalid(?: for argument '[^']*')?\. Allowed choices are ([^.]*)\./.exec(message) ?? [];
  const suggestion = suggestName(typed, choices.split(', '));
  return message.replace(/\s*$/, (end) => `${suggestion}${end}`);
}

/** Loads the commands that these arguments need: the script for a shell, help and suggestions list all of them. */
async function loadNeededCommands([name]: readonly string[]): Promise<readonly RegisterCommand[]> {
  if (name === '--version' || name === '-v') return [];
  return await loadCommands(name === 'completion' ? undefined : name);
}

/** Runs one command line and returns the exit code. Never throws. */
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
    const { failure: cause, exitCode: code } = toCliFailure(error);
    const failure = withFlagNames(cause, helpHint(program, argv, environment.env));
    exitCode = code;
    if (json) out.write(`${toTerminalJson({ error: failure })}\n`);
    const remedy = failure.data?.remedy ? `\n${failure.data.remedy}` : '';
    err.write(`${sanitise(`goldfish: ${failure.message}${remedy}`)}\n`);
  };

  const program = new Command('goldfish');
  const runCommand: RunCommand = async (command, overrides) => {
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
    .version(BUILD, '-v, --version', 'print the version')
    .option('--json', 'print one JSON document on stdout')
    .option(
      '--data-dir <folder>',
      "the data folder: index, settings, logs (default: the platform's standard location)",
    )
    .option('--demo', 'use the data folder of the demo, while "goldfish start" runs it')
    .helpOption('-h, --help', 'print help')
    .helpCommand(true)
    .addHelpText('after', EXIT_CODE_HELP)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => out.write(text),
      writeErr: (text) => err.write(sanitise(text)),
      outputError: (text, write) =>
        write(`${withSuggestion(text)}${helpHint(program, argv, environment.env)}\n`),
      getOutHelpWidth: () => out.columns || 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const register of await loadNeededCommands(argv)) register(program, runCommand);
  for (const command of program.commands) {
    command.exitOverride().copyInheritedSettings(program).allowExcessArguments(false);
  }

  try {
    assertKnownSubcommand(program, argv);
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) printFailure(error, wantsJson(argv));
    else if (error.exitCode !== 0) {
      exitCode = ExitCodes.usage;
      if (wantsJson(argv)) {
        const message = withSuggestion(error.message.replace(/^error: /, ''));
        const remedy = helpHint(program, argv, environment.env);
        out.write(
          `${toTerminalJson({ error: { code: -32602, message, data: { kind: 'invalid', remedy } } })}\n`,
        );
      }
    }
  }
  return exitCode;
}

/** Runs the `goldfish` command on this process's streams. Returns the exit code without setting it. */
export function runCli(argv: readonly string[], connect: Connect): Promise<number> {
  const interruption = new AbortController();
  const onSignal = () => interruption.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  // The handlers stay until the process ends. npm sends each Ctrl-C twice, and the second must not stop the clean-up.
  for (const signal of signals) process.on(signal, onSignal);
  // A closed pipe (`goldfish search x | head -1`) is not an error.
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
