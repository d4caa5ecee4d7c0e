import type { RegisterCommand } from './command.ts';

export const registerPause: RegisterCommand = (program, run) => {
  program
    .command('pause')
    .description('stop indexing until "resume"; questions are still answered')
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/pause', {}, { signal: context.signal });
        return { result, text: 'Indexing is paused. "resume" goes on.' };
      }),
    );
};
