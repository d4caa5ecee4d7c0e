import { examples, type Register } from './command.ts';
import { count } from './format.ts';
import { localUri } from './uri.ts';

export const forget: Register = (program, run) => {
  program
    .command('forget')
    .argument('<path>', 'a video or a folder')
    .description('remove from the index and leave out until "reindex"; the file itself stays')
    .addHelpText('after', examples('goldfish forget private.mp4'))
    .action((path: string) =>
      run(async (context) => {
        const client = await context.client();
        const params = { uri: localUri(path, context.path) };
        const result = await client.request('goldfish/forget', params, { signal: context.signal });
        return { result, text: `Forgot ${count(result.videos, 'video')}.` };
      }),
    );
};
