import { formatExamples, type RegisterCommand } from './command.ts';

export const registerResume: RegisterCommand = (program, run) => {
  program
    .command('resume')
    .description('resume indexing after "pause"')
    .addHelpText('after', formatExamples('goldfish resume'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/resume', {}, { signal: context.signal });
        return { result, text: 'Indexing resumed.' };
      }),
    );
};
