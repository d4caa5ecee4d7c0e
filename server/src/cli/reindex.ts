import { Option } from 'commander';
import { STAGES, type Stage } from '../core/recipe.ts';
import { examples, type Register } from './command.ts';
import { count } from './format.ts';
import { localUri } from './uri.ts';

export const reindex: Register = (program, run) => {
  program
    .command('reindex')
    .argument('[path]', 'a video or a folder; everything where absent')
    .addOption(new Option('--stage <stage>', 'one stage only').choices(STAGES))
    .description('index again, what failed or was forgotten as well')
    .addHelpText(
      'after',
      examples('goldfish reindex talk.mp4', 'goldfish reindex --stage screenText ~/Videos'),
    )
    .action((path: string | undefined, options: { readonly stage?: Stage }) =>
      run(async (context) => {
        const uri = path === undefined ? undefined : localUri(path, context.path);
        const client = await context.client();
        const params = { uri, stage: options.stage };
        const result = await client.request('goldfish/reindex', params, { signal: context.signal });
        return { result, text: `Indexing ${count(result.videos, 'video')} again.` };
      }),
    );
};
