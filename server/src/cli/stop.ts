import type { Register } from './command.ts';

export const stop: Register = (program, run) => {
  program
    .command('stop')
    .description('end the daemon; it finishes what it is writing')
    .action(() =>
      run(async (context) => {
        const client = await context.runningClient();
        if (!client) return { result: { stopped: false }, text: 'No daemon was running.' };
        await client.request('goldfish/stop', {}, { signal: context.signal });
        await client.closed;
        return { result: { stopped: true }, text: 'The daemon has ended.' };
      }),
    );
};
