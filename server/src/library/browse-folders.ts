import type { BrowsedFolder, FoldersBrowseParams, FoldersBrowseResult } from '../../protocol/folders.ts';
import { fileUriToDisplayPath, pathToFileUri } from '../base/file-uri.ts';
import { typedPathToUri } from '../base/typed-path.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { isHidden } from '../core/library/folder-filter.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import { RequestError } from '../library.ts';
import type { CountedFolder, FolderBrowser } from '../ports/folder-browser.ts';
import { pathNotReadable } from './describe-video.ts';
import type { LibraryDeps } from './status.ts';

const DEFAULT_FOLDERS = 200;

/**
 * Lists folders for a person who chooses one to watch. A client that may watch any folder may list them too; but no
 * file is named, and the data folder stays closed.
 */
export async function browseFolders(
  { folders }: Pick<LibraryDeps, 'folders'>,
  browser: FolderBrowser,
  dataDir: string,
  params: FoldersBrowseParams,
  signal: AbortSignal,
): Promise<FoldersBrowseResult> {
  const uri = requestedUri(params);
  const dataFolder = pathToFileUri(dataDir);
  if (uri !== undefined) assertMayList(uri, dataFolder);
  const { offset = 0, limit = DEFAULT_FOLDERS } = params;
  const found = await browser.browse({ uri, offset, limit, leaveOut: [dataFolder] }, signal);
  if (found === undefined) throw pathNotReadable(uri ?? dataFolder);
  const rules = folders.list().map(({ rule }) => rule.uri);
  const toBrowsed = ({ uri: at, path, name, videos, bytes, complete }: CountedFolder): BrowsedFolder => ({
    uri: at,
    path,
    name,
    count: { videos, bytes, complete },
    watched: rules.some((root) => isWithin(at, root)),
  });
  return {
    ...(found.folder && { folder: toBrowsed(found.folder) }),
    ...(found.parent !== undefined && { parent: found.parent }),
    folders: found.folders.map(toBrowsed),
    total: found.total,
  };
}

/** Throws `invalid` for hidden folders and Goldfish's own: what is left out of every list is not listed by name either. */
function assertMayList(uri: Uri, dataFolder: Uri): void {
  const path = fileUriToDisplayPath(uri);
  if (isWithin(uri, dataFolder))
    throw new RequestError('invalid', `${path} belongs to Goldfish.`, 'Choose a folder with videos.', uri);
  if (path.split(/[\\/]/).some(isHidden))
    throw new RequestError(
      'invalid',
      `${path} is hidden, so it is not listed.`,
      'If your videos are there, watch it by its path: goldfish folders add PATH.',
      uri,
    );
}

function requestedUri({ uri, path }: FoldersBrowseParams): Uri | undefined {
  if (path === undefined || path.trim() === '') return uri;
  const typed = typedPathToUri(path);
  if (typed !== undefined) return typed;
  throw new RequestError(
    'invalid',
    `"${path}" is not an absolute path.`,
    'Type a path from the root, such as /home/ana/Videos, or one that starts with ~.',
  );
}
