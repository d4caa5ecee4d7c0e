import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';

export const registerForget: RegisterCommand = (program, run) => {
  program
    .command('forget')
    .argument('<path>', 'a video or a folder')
    .description('remove a video or folder from the index until "reindex"; the files stay')
    .addHelpText('after', formatExamples('goldfish forget private.mp4'))
    .action((path: string) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: toLocalUri(path, context.resolvePath) };
        const result = await client.request('goldfish/forget', params, { signal: context.signal });
        return { result, text: `Removed ${formatCount(result.videos, 'video')} from the index.` };
      }),
    );
};
