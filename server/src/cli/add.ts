import { statSync } from 'node:fs';
import type { Folder } from '../../protocol/folders.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { makeFolders } from '../base/make-folders.ts';
import { isPublicAddress } from '../base/public-address.ts';
import { toDisplayAddress } from '../base/redact-secrets.ts';
import type { Client } from '../daemon/connect.ts';
import { CommandError, usageError } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { type DownloadProgress, downloadArchive, downloadVideo } from './download.ts';
import { formatBytes, formatCount } from './format.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

interface AddOptions {
  readonly folder?: string;
  readonly allowPrivate?: boolean;
}

function parseAddress(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw usageError(`${text} is not a web address.`, 'Give one that begins with https:// or http://.');
}

/** Returns the folder for the download: the given one, or else the first watched folder. */
async function chooseFolder(
  { folder }: AddOptions,
  context: CommandContext,
  client: Client,
): Promise<{ readonly path: string; readonly watched: boolean }> {
  const { folders } = await client.request('goldfish/folders/list', {}, { signal: context.signal });
  const isWatched = (path: string) =>
    folders.some((folder: Folder) => path === folder.path || path.startsWith(`${folder.path}/`));
  if (folder !== undefined) {
    const path = context.resolvePath(folder);
    makeFolders(path);
    return { path, watched: isWatched(path) };
  }
  const first = folders.find(({ path }) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  if (first !== undefined) return { path: first.path, watched: true };
  throw new CommandError(
    'notFound',
    'No folder is watched that the video could be saved in.',
    'Name one with --folder: it will be watched from then on.',
  );
}

const toProgressView = ({ bytes, totalBytes, title }: DownloadProgress): ProgressView => ({
  fraction: totalBytes === undefined ? undefined : Math.min(1, bytes / totalBytes),
  text: totalBytes === undefined ? formatBytes(bytes) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
  currentItem: sanitiseLine(title),
});

export const registerAdd: RegisterCommand = (program, run) => {
  program
    .command('add')
    .argument('<url>', 'address of a page with a video, or of a media file')
    .option('--folder <folder>', 'where to save it; by default the first watched folder')
    .option('--allow-private', 'also fetch from this machine and its local network')
    .description('download a video with its subtitles, chapters and date (needs yt-dlp), and index it')
    .addHelpText('after', formatExamples('goldfish add https://example.org/talk --folder ~/Videos/Talks'))
    .action((address: string, options: AddOptions) =>
      run(async (context) => {
        const url = parseAddress(address);
        const client = await context.client();
        const folder = await chooseFolder(options, context, client);
        const progress = createProgressDisplay(context.err, context.env, 'downloading', toProgressView);
        const archiveFile = downloadArchive(context.dataDir);
        const files = await downloadVideo({
          url,
          folder: folder.path,
          archiveFile,
          // A page or a note must not lead into the user's own network.
          isAllowed: options.allowPrivate ? undefined : isPublicAddress,
          env: context.env,
          signal: context.signal,
          onProgress: progress.show,
        }).finally(() => progress.end());
        if (files.length === 0)
          return {
            result: { files },
            text: `${sanitiseLine(toDisplayAddress(url.href))} was downloaded before. To download it again, delete its line in ${sanitiseLine(archiveFile)}.`,
          };
        const uris = folder.watched ? files.map(pathToFileUri) : [pathToFileUri(folder.path)];
        const indexed = await client.request(
          'goldfish/index',
          { uris, keep: !folder.watched },
          { signal: context.signal },
        );
        const failed = indexed.failed.map(
          ({ path, reason }) => `failed ${sanitiseLine(path)}: ${sanitiseLine(reason)}`,
        );
        const saved = files.map((file) => `Saved ${sanitiseLine(file)}.`);
        const summary = `Indexed ${formatCount(indexed.videos, 'video')}, ${formatCount(indexed.clips, 'clip')}.`;
        return { result: { files, ...indexed }, text: [...saved, ...failed, summary].join('\n') };
      }),
    );
};
