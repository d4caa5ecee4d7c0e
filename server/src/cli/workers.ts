import { readFileSync } from 'node:fs';
import type { WorkersResult } from '../../protocol/workers.ts';
import { dataDirPaths } from '../base/paths.ts';
import { CommandError, ExitCodes } from './cli-failure.ts';
import { type CommandResult, formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { uriToDisplayPath } from './path-argument.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

type Worker = WorkersResult['workers'][number];

/** Formats one worker: a line about it, and one for each task and error. */
function formatWorker({ host, state, roles, running, done, refused, mediaPace, load, errors }: Worker) {
  const roleList = roles.map(({ role, width, paused }) => {
    const note = paused === undefined ? '' : ` (paused: ${sanitiseLine(paused)})`;
    return `${role}${width > 1 ? ` x${width}` : ''}${note}`;
  });
  return [
    `${sanitiseLine(host)}: ${state}, ${mediaPace.toFixed(1)} s of video a second, load ${load.toFixed(2)}, ${done} done, ${refused} refused`,
    `  roles: ${roleList.join(', ')}`,
    ...running.map(
      ({ stage, uri, share }) =>
        `  ${stage} ${Math.round(share * 100)} %: ${sanitiseLine(uriToDisplayPath(uri))}`,
    ),
    ...errors.map((error) => `  error: ${sanitiseLine(error)}`),
  ].join('\n');
}

function formatWorkers({ queue, problem, workers }: WorkersResult): string {
  if (queue === '')
    return 'No queue is set. To let other machines describe videos, set work.queue and restart the daemon.';
  const lines = [`Queue: ${queue}${problem === undefined ? '' : `: ${sanitiseLine(problem)}`}`];
  if (workers.length === 0) lines.push('No worker is connected. The daemon does the work itself.');
  return [...lines, ...workers.map(formatWorker)].join('\n');
}

function showToken({ dataDir }: CommandContext): CommandResult {
  try {
    const token = readFileSync(dataDirPaths(dataDir).workerToken, 'utf8').trim();
    return { result: { token }, text: token };
  } catch {
    throw new CommandError(
      'notFound',
      `There is no token in ${dataDir}.`,
      'Set work.queue and restart the daemon, which creates it.',
      ExitCodes.missing,
    );
  }
}

export const registerWorkers: RegisterCommand = (program, run) => {
  program
    .command('workers')
    .option('--token', 'print the token with which workers read media from the daemon')
    .description('show the workers on other machines: what they run, their pace, load and errors')
    .addHelpText(
      'after',
      formatExamples('goldfish workers', 'GOLDFISH_WORKER_TOKEN=$(goldfish workers --token)'),
    )
    .action((options: { readonly token?: boolean }) =>
      run(async (context) => {
        if (options.token === true) return showToken(context);
        const client = await context.client();
        const result = await client.request('goldfish/workers', {}, { signal: context.signal });
        return { result, text: formatWorkers(result) };
      }),
    );
};
