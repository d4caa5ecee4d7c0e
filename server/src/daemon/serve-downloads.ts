import { statSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import type { AddParams } from '../../protocol/adding.ts';
import type { Folder } from '../../protocol/folders.ts';
import { downloadVideos } from '../adapters/yt-dlp/download.ts';
import { DownloadError } from '../adapters/yt-dlp/download-error.ts';
import { fileUriToPath, pathToFileUri } from '../base/file-uri.ts';
import { makeFolders } from '../base/make-folders.ts';
import { isPublicAddress } from '../base/public-address.ts';
import type { Settings } from '../core/domain/settings.ts';
import { toReadOnlyError } from '../library/refuse-changes.ts';
import { type Library, RequestError } from '../library.ts';
import type { DownloadService } from '../rpc/services.ts';

export interface ServeDownloadsOptions {
  readonly library: Pick<Library, 'folders' | 'addFolder'>;
  readonly settings: () => Settings;
  /** Lists what was downloaded before. */
  readonly archiveFile: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Shortest time between two reports of progress, ms. */
const MIN_REPORT_INTERVAL_MS = 100;

function parseAddress(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new RequestError(
    'invalid',
    `${text} is not a web address.`,
    'Give one that begins with https:// or http://.',
  );
}

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Returns the folder to save in: the one of the request, of `add.folder`, or the first watched one that is there. */
function chooseFolder(requested: string | undefined, setting: string, folders: readonly Folder[]): string {
  if (requested !== undefined) return String(fileUriToPath(requested));
  if (setting !== '') return setting;
  const watched = folders.find(({ path }) => isFolder(path));
  if (watched !== undefined) return watched.path;
  throw new RequestError(
    'notFound',
    'No folder is watched that the video could be saved in.',
    'Name one with --folder, or set add.folder: it is watched from then on.',
  );
}

function prepareFolder(path: string): void {
  try {
    if (!isAbsolute(path)) throw new Error('it is not an absolute path');
    makeFolders(path);
  } catch (error) {
    throw new RequestError(
      'invalid',
      `Nothing can be saved in ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'Name a folder that you may write to.',
    );
  }
}

const toLimit = (limit: number) => (limit < 0 ? undefined : limit);

/** Serves `goldfish/add`. */
export function serveDownloads({
  library,
  settings,
  archiveFile,
  env,
}: ServeDownloadsOptions): DownloadService {
  const isWatched = async (path: string) =>
    (await library.folders()).folders.some(
      (folder) => path === folder.path || path.startsWith(folder.path + sep),
    );
  return {
    async add(
      { url: address, folder, limit, since, wholePlaylist, allowPrivate }: AddParams,
      onProgress,
      signal,
    ) {
      const url = parseAddress(address);
      const { 'add.folder': ownFolder, 'add.limit': ownLimit, ...own } = settings();
      // Before anything is downloaded that could not be indexed.
      if (own['index.readOnly']) throw toReadOnlyError(own['index.location']);
      const path = chooseFolder(folder, ownFolder, (await library.folders()).folders);
      prepareFolder(path);
      let reportedMs = 0;
      const download = downloadVideos({
        url,
        folder: path,
        archiveFile,
        limit: toLimit(limit ?? ownLimit),
        since,
        wholePlaylist: wholePlaylist === true,
        maxHeight: own['add.maxHeight'],
        namesBeginWithDate: own['add.names'] === 'date',
        // A page, a note or an agent must not lead into the user's own network.
        isAllowed: allowPrivate === true ? undefined : isPublicAddress,
        env,
        signal,
        onProgress: (progress) => {
          const now = performance.now();
          if (now - reportedMs < MIN_REPORT_INTERVAL_MS) return;
          reportedMs = now;
          onProgress(progress);
        },
      });
      const { files, problems, listLength } = await download.catch((error: unknown) => {
        throw error instanceof DownloadError
          ? new RequestError(error.kind, error.message, error.remedy)
          : error;
      });
      const uri = pathToFileUri(path);
      if (!(await isWatched(path))) await library.addFolder({ uri });
      return {
        folder: uri,
        files: files.map((file) => ({ uri: pathToFileUri(file), path: file })),
        problems,
        listLength,
        archive: archiveFile,
      };
    },
  };
}
