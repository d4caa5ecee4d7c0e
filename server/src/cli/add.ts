import { InvalidArgumentError } from 'commander';
import type { AddProgress, AddResult } from '../../protocol/adding.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { ExitCodes, usageError } from './cli-failure.ts';
import { formatExamples, parseCountOrAll, type RegisterCommand } from './command.ts';
import { formatBytes, formatCount } from './format.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface AddOptions {
  readonly folder?: string;
  readonly limit?: number;
  readonly since?: string;
  readonly playlist?: boolean;
  readonly allowPrivate?: boolean;
}

function parseDay(text: string): string {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  if (isDay) return text;
  throw new InvalidArgumentError('Write a day as 2026-01-31.');
}

function parseAddress(text: string): string {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url.href;
  throw usageError(`${text} is not a web address.`, 'Give one that begins with https:// or http://.');
}

const toProgressView = ({ bytes, totalBytes, title, item }: AddProgress): ProgressView => {
  const size =
    totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;
  return {
    fraction: totalBytes === undefined ? undefined : Math.min(1, bytes / totalBytes),
    text: item === undefined ? size : `${item.index} of ${item.count}, ${size}`,
    currentItem: sanitiseLine(title),
  };
};

/** Says what was saved, what failed, and whether the list goes on. */
function describeDownload(
  { files, problems, listLength }: AddResult,
  limit: number | undefined,
): readonly string[] {
  const saved = files.map(({ path }) => `Saved ${sanitiseLine(path)}.`);
  const failed = problems.map((problem) => `Not downloaded: ${sanitiseLine(problem)}`);
  const isCut = listLength !== undefined && limit !== undefined && limit > 0 && listLength > limit;
  const rest = isCut
    ? [
        `The list has ${formatCount(listLength, 'video')}; the first ${limit} were looked at. --limit -1 fetches all.`,
      ]
    : [];
  return [...saved, ...failed, ...rest];
}

export const registerAdd: RegisterCommand = (program, run) => {
  program
    .command('add')
    .argument('<url>', 'address of a page with a video, of a playlist, channel or feed, or of a media file')
    .option(
      '--folder <folder>',
      'where to save it (default: the setting add.folder, or the first watched folder)',
    )
    .option(
      '--limit <n>',
      'of a list, how many videos from its beginning; -1: all (default: the setting add.limit)',
      parseCountOrAll,
    )
    .option('--since <day>', 'of a list, only videos of this day or later, such as 2026-01-31', parseDay)
    .option('--playlist', 'of a page that belongs to a playlist, fetch the whole playlist')
    .option('--allow-private', 'also fetch from this machine and its local network')
    .description('download videos with their subtitles, chapters and dates (needs yt-dlp), and index them')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish add https://example.org/talk --folder ~/Videos/Talks',
        'goldfish add https://example.org/podcast.rss --limit 5',
      ),
    )
    .action((address: string, { folder, limit, since, playlist, allowPrivate }: AddOptions) =>
      run(async (context) => {
        const { signal } = context;
        const url = parseAddress(address);
        const client = await context.client();
        const progress = createProgressDisplay(context.err, context.env, 'downloading', toProgressView);
        const params = {
          url,
          folder: folder === undefined ? undefined : pathToFileUri(context.resolvePath(folder)),
          limit,
          since,
          wholePlaylist: playlist,
          allowPrivate,
        };
        const added = await client
          .request('goldfish/add', params, {
            signal,
            onPartial: (value) => progress.show(value as AddProgress),
          })
          .finally(() => progress.end());
        const { settings } = await client.request('goldfish/settings/get', { key: 'add.limit' }, { signal });
        const lines = describeDownload(added, limit ?? Number(settings['add.limit']));
        const code = added.problems.length > 0 ? ExitCodes.failed : ExitCodes.done;
        if (added.files.length === 0) {
          const known = `Nothing new at ${sanitiseLine(url)}. To download it again, delete its line in ${sanitiseLine(added.archive)}.`;
          return { result: added, text: [...lines, known].join('\n'), code };
        }
        const uris = added.files.map(({ uri }) => uri);
        const indexed = await client.request('goldfish/index', { uris, keep: false }, { signal });
        const failed = indexed.failed.map(
          ({ path, reason }) => `failed ${sanitiseLine(path)}: ${sanitiseLine(reason)}`,
        );
        const summary = `Indexed ${formatCount(indexed.videos, 'video')}, ${formatCount(indexed.clips, 'clip')}.`;
        return { result: { ...added, ...indexed }, text: [...lines, ...failed, summary].join('\n'), code };
      }),
    );
};
