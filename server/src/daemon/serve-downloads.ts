import type { AddParams } from '../../protocol/adding.ts';
import { downloadVideos } from '../adapters/yt-dlp/download.ts';
import { DownloadError } from '../base/download-error.ts';
import { pathToFileUri } from '../base/file-uri.ts';
import { isPublicAddress } from '../base/public-address.ts';
import type { Settings } from '../core/domain/settings.ts';
import { type Library, RequestError } from '../library.ts';
import type { DownloadService } from '../rpc/services.ts';
import { openSaveFolder, watchSaveFolder } from './save-folder.ts';

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

const toLimit = (limit: number) => (limit < 0 ? undefined : limit);

/** Serves `goldfish/add`. */
export function serveDownloads({
  library,
  settings,
  archiveFile,
  env,
}: ServeDownloadsOptions): DownloadService {
  return {
    async add(
      { url: address, folder, limit, since, wholePlaylist, allowPrivate }: AddParams,
      onProgress,
      signal,
    ) {
      const url = parseAddress(address);
      const { 'add.limit': ownLimit, ...own } = settings();
      const path = await openSaveFolder(library, folder, own);
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
      const uri = await watchSaveFolder(library, path);
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
