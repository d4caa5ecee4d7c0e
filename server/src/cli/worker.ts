import { availableParallelism } from 'node:os';
import { WORKER_ROLES } from '../../protocol/names.ts';
import { workerCacheDir } from '../base/paths.ts';
import { CommandError, ExitCodes, usageError } from './cli-failure.ts';
import {
  type CommandResult,
  collectOption,
  formatExamples,
  parseCount,
  type RegisterCommand,
} from './command.ts';
import type { CommandContext } from './context.ts';

interface WorkerFlags {
  readonly queue?: string;
  readonly roles?: string;
  readonly cpu?: number;
  readonly map?: readonly string[];
  readonly cache?: string;
  readonly cacheGb: number;
  readonly drainSeconds: number;
}

/** Environment variables of a worker, so that secrets need not be part of a command. */
const QUEUE_VARIABLE = 'GOLDFISH_QUEUE';
const TOKEN_VARIABLE = 'GOLDFISH_WORKER_TOKEN';

async function runWorkerCommand(context: CommandContext, flags: WorkerFlags): Promise<CommandResult> {
  const { parseFolderMapping, parseQueueAddress, parseRoles, runWorker } = await import(
    '../daemon/run-worker.ts'
  );
  const queue = parseQueueAddress(flags.queue ?? context.env[QUEUE_VARIABLE] ?? '');
  if (queue === undefined)
    throw usageError(
      'The worker needs the address of a queue.',
      `Give --queue redis://HOST:PORT/0 or postgres://USER@HOST/DATABASE, or set ${QUEUE_VARIABLE}.`,
    );
  const roles = parseRoles(flags.roles?.split(',').map((name) => name.trim()) ?? WORKER_ROLES);
  if (typeof roles === 'string')
    throw usageError(`${roles} is not a role of a worker.`, `Use any of: ${WORKER_ROLES.join(', ')}.`);
  const mappings = (flags.map ?? []).map((text) => {
    const mapping = parseFolderMapping(text);
    if (mapping === undefined)
      throw usageError(`${text} does not map a folder.`, 'Use --map /folder/of/the/daemon=/folder/here.');
    return { from: mapping.from, to: context.resolvePath(mapping.to) };
  });
  const printLine = (line: string) => void context.err.write(`${line}\n`);
  try {
    const report = await runWorker(
      {
        queue,
        roles,
        cpus: flags.cpu ?? Math.max(1, Math.floor(availableParallelism() / 2)),
        mappings,
        token: context.env[TOKEN_VARIABLE] ?? '',
        cacheFolder: flags.cache === undefined ? workerCacheDir() : context.resolvePath(flags.cache),
        cacheBytes: flags.cacheGb * 1e9,
        drainMs: flags.drainSeconds * 1000,
        env: context.env,
        onLine: printLine,
      },
      context.signal,
    );
    return { result: report, text: `${report.done} tasks done, ${report.refused} refused.` };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('Cannot use the queue')) throw error;
    throw new CommandError(
      'unavailable',
      error.message,
      'Start Redis or PostgreSQL, then the worker.',
      ExitCodes.failed,
    );
  }
}

export const registerWorker: RegisterCommand = (program, run) => {
  program
    .command('worker')
    .option(
      '--queue <address>',
      `queue of the library, as in the setting work.queue (default: $${QUEUE_VARIABLE})`,
    )
    .option('--roles <list>', `what to do, of ${WORKER_ROLES.join(',')} (default: all)`)
    .option('--cpu <count>', 'processors to use (default: half of them)', parseCount)
    .option(
      '--map <folders>',
      'DAEMON_FOLDER=LOCAL_FOLDER, where folders have other paths here; repeatable',
      collectOption,
    )
    .option('--cache <folder>', 'folder for media fetched from the daemon')
    .option('--cache-gb <count>', 'size of that folder in GB', parseCount, 50)
    .option('--drain-seconds <count>', 'time for running tasks at the end', parseCount, 30)
    .description('describe videos for the daemon of another machine, until Ctrl-C')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish worker --queue redis://10.0.0.5:6379/0 --map /srv/media=/mnt/media',
        'goldfish worker --roles captioner,transcriber --cpu 4',
      ),
    )
    .action((flags: WorkerFlags) => run((context) => runWorkerCommand(context, flags)));
};
