import { ErrorCodes } from '../../protocol/errors.ts';
import type { Client } from '../daemon/connect.ts';
import { toCliFailure } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';

/** Asks the daemon to end and waits until it has. A lost connection also counts as the end. */
export async function endDaemon(client: Client, signal?: AbortSignal): Promise<void> {
  await client.request('goldfish/stop', {}, { signal }).catch((error: unknown) => {
    if (toCliFailure(error).failure.code !== ErrorCodes.unavailable) throw error;
  });
  await client.closed;
}

export const registerStop: RegisterCommand = (program, run) => {
  program
    .command('stop')
    .description('stop the daemon; it finishes what it is writing')
    .addHelpText('after', formatExamples('goldfish stop'))
    .action(() =>
      run(async (context) => {
        const stoppedResult = { result: { stopped: true }, text: 'The daemon has stopped.' };
        let endedByItself = false;
        const client = await context.runningClient({
          stops: true,
          onEnded: () => {
            endedByItself = true;
          },
        });
        if (!client) {
          // A daemon of an older build ends as soon as a client connects.
          return endedByItself
            ? stoppedResult
            : { result: { stopped: false }, text: 'The daemon was not running.' };
        }
        await endDaemon(client, context.signal);
        return stoppedResult;
      }),
    );
};
