import { QUERY_OPERATORS } from '../../protocol/names.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, parseCount, type RegisterCommand } from './command.ts';
import { rememberHits } from './last-hits.ts';
import { formatHits } from './moment-line.ts';
import { addScopeOptions, parseScopeOptions, type ScopeOptions } from './scope-options.ts';
import { findSimilarityQuery, readQueryImage } from './similarity-query.ts';

interface SearchOptions extends ScopeOptions {
  readonly k: number;
  readonly image?: string;
  readonly like?: string;
}

export const registerSearch: RegisterCommand = (program, run) => {
  addScopeOptions(program.command('search'))
    .argument('[query...]', `words, and the operators ${QUERY_OPERATORS}`)
    .option('-k <n>', 'maximum number of hits', parseCount, 10)
    .option('--image <file>', 'find moments that look like this JPEG or PNG')
    .option('--like <hit>', 'find moments similar to this one: the number of a hit, a clip id, or a link')
    .description('find moments in your videos that match words, a picture or another moment')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish search budget meeting',
        `goldfish search 'said:deadline speaker:ana -draft' -k 3 --in ~/Videos/2026`,
        'goldfish search --json error code 42',
        'goldfish search --image whiteboard.jpg',
        'goldfish search --like 2',
      ),
    )
    .action((words: readonly string[], options: SearchOptions) =>
      run(async (context) => {
        if (words.length === 0 && !options.image && !options.like)
          throw usageError('Nothing to search for.', 'Give words, --image FILE or --like HIT.');
        const image = options.image === undefined ? undefined : readQueryImage(options.image, context);
        const similarTo =
          options.like === undefined ? undefined : await findSimilarityQuery(options.like, context);
        const client = await context.client();
        const params = {
          query: words.join(' '),
          k: options.k,
          scope: await parseScopeOptions(options, context),
          ...(image && { image }),
          ...(similarTo && { like: similarTo }),
        };
        const result = await client.request('goldfish/search', params, { signal: context.signal });
        rememberHits(context.dataDir, result.hits);
        if (result.hits.length === 0) return { result, text: 'Nothing found.' };
        const hint = context.out.isTTY === true ? '\nPlay one with "goldfish open NUMBER".' : '';
        return { result, text: `${formatHits(result.hits, context)}${hint}` };
      }),
    );
};
