import { type Hit, QUERY_OPERATORS } from '../../protocol/search.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, parseCount, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler, formatEvidenceLine, truncateAtWord } from './format.ts';
import { rememberHits } from './last-hits.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { addScopeOptions, parseScopeOptions, type ScopeOptions } from './scope-options.ts';
import { findSimilarityQuery, readQueryImage } from './similarity-query.ts';

/** Formats one hit: the place, up to two lines of evidence, and the link. */
function formatHit(hit: Hit, n: number, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const range = `${formatTime(hit.startMs)}-${formatTime(hit.endMs)}`;
  const weakMark = hit.weak ? paint('yellow', '  weak') : '';
  const head = `${paint('bold', `${n}. ${sanitiseLine(hit.path)}`)}  ${paint('green', range)}  ${hit.score.toFixed(2)}${weakMark}`;
  const evidenceLines = hit.evidence
    .slice(0, 2)
    .map((evidence) => `   ${truncateAtWord(formatEvidenceLine(evidence), 200)}`);
  return [head, ...evidenceLines, `   ${paint('cyan', sanitiseLine(hit.link))}`].join('\n');
}

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
          scope: parseScopeOptions(options, context),
          ...(image && { image }),
          ...(similarTo && { like: similarTo }),
        };
        const result = await client.request('goldfish/search', params, { signal: context.signal });
        rememberHits(context.dataDir, result.hits);
        const text = result.hits.map((hit, index) => formatHit(hit, index + 1, context)).join('\n\n');
        return { result, text: text || 'Nothing found.' };
      }),
    );
};
