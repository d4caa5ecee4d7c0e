import type { Hit } from '../../protocol/search.ts';
import { examples, parseCount, type Register } from './command.ts';
import type { Context } from './context.ts';
import { cleanLine } from './escape.ts';
import { clock, evidenceLine, painter, shorten } from './format.ts';
import { rememberHits } from './last-hits.ts';
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

export const search: Register = (program, run) => {
  withScope(program.command('search'))
    .argument(
      '<query...>',
      'words, and the operators "phrase", -word, in:, before:, after:, said:, shown:, tag:, speaker:',
    )
    .option('-k <n>', 'how many hits at most', parseCount, 10)
    .description('find the places in your videos that match words')
    .addHelpText(
      'after',
      examples(
        'goldfish search budget meeting',
        `goldfish search 'said:deadline speaker:ana -draft' -k 3 --in ~/Videos/2026`,
        'goldfish search --json error code 42',
      ),
    )
    .action((words: readonly string[], options: ScopeOptions & { readonly k: number }) =>
      run(async (context) => {
        const client = await context.client();
        const params = { query: words.join(' '), k: options.k, scope: scopeOf(options, context) };
        const result = await client.request('goldfish/search', params, { signal: context.signal });
        rememberHits(context.dataDir, result.hits);
        const text = result.hits.map((hit, index) => hitText(hit, index + 1, context)).join('\n\n');
        return { result, text: text || 'Nothing found.' };
      }),
    );
};
