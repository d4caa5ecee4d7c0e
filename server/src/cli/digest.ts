import type { DigestProgress } from '../../protocol/digest.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';
import { parseScopeOptions } from './scope-options.ts';

const WEEK_MS = 7 * 86_400_000;

interface DigestOptions {
  readonly after?: string;
  readonly before?: string;
  readonly week?: boolean;
  readonly quotes?: boolean;
  readonly title?: string;
  readonly output?: string;
  readonly force?: boolean;
}

const toProgressView = ({ done, total, path }: DigestProgress): ProgressView => ({
  fraction: done / Math.max(1, total),
  text: `${done} of ${formatCount(total, 'video')}`,
  currentItem: sanitiseLine(path.split(/[/\\]/).at(-1) ?? ''),
});

/** Returns the options with `--week` as a date. */
function withWeek({ week, after, ...options }: DigestOptions): DigestOptions {
  if (!week) return { after, ...options };
  if (after !== undefined) throw usageError('--week and --after exclude each other.', 'Leave one out.');
  return { ...options, after: new Date(Date.now() - WEEK_MS).toISOString() };
}

export const registerDigest: RegisterCommand = (program, run) => {
  program
    .command('digest')
    .argument('[path...]', 'videos and folders (default: the whole library)')
    .option('--week', 'only videos recorded in the last seven days')
    .option('--after <date>', 'recorded on or after this date, such as 2026-01-31 or yesterday')
    .option('--before <date>', 'recorded on or before this date, such as 2026-01-31 or "last week"')
    .option('--quotes', 'only quotes, even if a model that writes answers is in use')
    .option('--title <title>', 'title of the text')
    .option('-o, --output <file>', 'write to a new file instead of the terminal')
    .option('--force', 'overwrite an existing file')
    .description('summarise videos as Markdown, each line with a link to its second')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish digest talk.mp4',
        'goldfish digest --week -o week.md',
        'goldfish digest ~/Videos/Meetings --after 2026-01-01 --quotes',
      ),
    )
    .action((paths: readonly string[], options: DigestOptions) =>
      run(async (context) => {
        const { after, before, quotes, title, output, force } = withWeek(options);
        const path = output === undefined ? undefined : context.resolvePath(output);
        const scope = await parseScopeOptions(
          { after, before, ...(paths.length > 0 ? { in: paths } : {}) },
          context,
        );
        const target = path === undefined ? {} : { file: pathToFileUri(path), force };
        const client = await context.client();
        const progress = createProgressDisplay(context.err, context.env, 'summarising', toProgressView);
        const result = await client
          .request(
            'goldfish/digest',
            { scope, quotes, title, ...target },
            {
              signal: context.signal,
              onPartial: (value) => progress.show(value as DigestProgress),
            },
          )
          .finally(() => progress.end());
        if (path === undefined) return { result, text: sanitise(result.text).trimEnd() };
        const count = formatCount(result.videos, 'video');
        return { result, text: `Wrote a digest of ${count} to ${sanitiseLine(path)}.` };
      }),
    );
};
