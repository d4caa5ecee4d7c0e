import { formatExamples, type RegisterCommand } from './command.ts';

export const registerPause: RegisterCommand = (program, run) => {
  program
    .command('pause')
    .description('pause indexing until "resume"; you can still ask and search')
    .addHelpText('after', formatExamples('goldfish pause'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/pause', {}, { signal: context.signal });
        return { result, text: 'Indexing is paused. Run "goldfish resume" to continue.' };
      }),
    );
};
