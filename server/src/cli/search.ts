import type { Hit } from '../../protocol/search.ts';
import { examples, parseCount, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { usageError } from './failure.ts';
import { clock, evidenceLine, painter, shorten } from './format.ts';
import { rememberHits } from './last-hits.ts';
import { imageOf, likeOf } from './likeness.ts';
import { type ScopeOptions, scopeOf, withScope } from './scope.ts';

/** One hit as three lines: where, why, and the link. */
export function hitText(hit: Hit, n: number, context: Context): string {
  const paint = painter(context.out, context.env);
  const range = `${clock(hit.startMs)}-${clock(hit.endMs)}`;
  const weak = hit.weak ? paint('yellow', '  weak') : '';
  const head = `${paint('bold', `${n}. ${cleanLine(hit.path)}`)}  ${paint('green', range)}  ${hit.score.toFixed(2)}${weak}`;
  const why = hit.evidence.slice(0, 2).map((evidence) => `   ${shorten(evidenceLine(evidence), 200)}`);
  return [head, ...why, `   ${paint('cyan', cleanLine(hit.link))}`].join('\n');
}

interface Options extends ScopeOptions {
  readonly k: number;
  readonly image?: string;
  readonly like?: string;
}

export const search: Register = (program, run) => {
  withScope(program.command('search'))
    .argument(
      '[query...]',
      'words, and the operators "phrase", -word, in:, before:, after:, said:, shown:, tag:, speaker:',
    )
    .option('-k <n>', 'how many hits at most', parseCount, 10)
    .option('--image <file>', 'find what looks like this JPEG or PNG')
    .option('--like <hit>', 'find moments like this one: the number of a hit, a clip id, or a link')
    .description('find the places in your videos that match words, a picture or a moment')
    .addHelpText(
      'after',
      examples(
        'goldfish search budget meeting',
        `goldfish search 'said:deadline speaker:ana -draft' -k 3 --in ~/Videos/2026`,
        'goldfish search --json error code 42',
        'goldfish search --image whiteboard.jpg',
        'goldfish search --like 2',
      ),
    )
    .action((words: readonly string[], options: Options) =>
      run(async (context) => {
        if (words.length === 0 && !options.image && !options.like)
          throw usageError('Nothing to search for is given.', 'Give words, --image FILE or --like HIT.');
        const image = options.image === undefined ? undefined : imageOf(options.image, context);
        const like = options.like === undefined ? undefined : await likeOf(options.like, context);
        const client = await context.client();
        const params = {
          query: words.join(' '),
          k: options.k,
          scope: scopeOf(options, context),
          ...(image && { image }),
          ...(like && { like }),
        };
        const result = await client.request('goldfish/search', params, { signal: context.signal });
        rememberHits(context.dataDir, result.hits);
        const text = result.hits.map((hit, index) => hitText(hit, index + 1, context)).join('\n\n');
        return { result, text: text || 'Nothing found.' };
      }),
    );
};
