import { Option } from 'commander';
import { STAGES, type Stage } from '../core/domain/stage.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { toLocalUri } from './path-argument.ts';

export const registerReindex: RegisterCommand = (program, run) => {
  program
    .command('reindex')
    .argument('[path]', 'a video or a folder (default: everything)')
    .addOption(new Option('--stage <stage>', 'repeat only this stage').choices(STAGES))
    .description('index again, including failed and removed videos')
    .addHelpText(
      'after',
      formatExamples('goldfish reindex talk.mp4', 'goldfish reindex --stage screenText ~/Videos'),
    )
    .action((path: string | undefined, options: { readonly stage?: Stage }) =>
      run(async (context) => {
        const uri = path === undefined ? undefined : toLocalUri(path, context.resolvePath);
        const client = await context.client();
        const params = { uri, stage: options.stage };
        const result = await client.request('goldfish/reindex', params, { signal: context.signal });
        return { result, text: `Indexing ${formatCount(result.videos, 'video')} again.` };
      }),
    );
};
