import type { FoldersResult } from '../../protocol/folders.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { FolderWatcher } from '../indexing/folder-watcher.ts';
import { type Library, RequestError } from '../library.ts';
import type { Disk, FolderRule } from '../ports/disk.ts';
import { pathNotReadable } from './describe-video.ts';
import type { LibraryDeps } from './status.ts';

/** Number of videos after which `folders add` no longer waits for the rest of the folder. */
const LARGE_FOLDER_VIDEOS = 500;

/** Creates the methods that list, add and remove watched folders. */
export function createFolderMethods(
  deps: LibraryDeps & { readonly disk: Disk },
): Pick<Library, 'folders' | 'addFolder' | 'removeFolder'> {
  const { folders, disk } = deps;
  return {
    folders: async () => listFolders(deps),
    async addFolder({ uri, include = [], exclude = [], poll = false }) {
      const signal = new AbortController().signal;
      if ((await disk.stat(uri, signal)) !== undefined) {
        throw new RequestError(
          'invalid',
          `${fileUriToDisplayPath(uri)} is a file.`,
          'Name a folder; for one file use "index".',
          uri,
        );
      }
      const state = await disk.state(uri, signal);
      if (state.state !== 'ok') throw pathNotReadable(uri);
      await addUntilAnswerable(folders, { uri, include, exclude, poll }, signal);
      return listFolders(deps);
    },
    async removeFolder(uri) {
      if (!(await folders.remove(uri))) {
        throw new RequestError(
          'notFound',
          `${fileUriToDisplayPath(uri)} is not a watched folder.`,
          'See "goldfish folders".',
          uri,
        );
      }
      return listFolders(deps);
    },
  };
}

/**
 * Adds a folder. Resolves after its first scan, or once enough of a large folder is known; the scan then goes on, and
 * the folder's state says so.
 */
async function addUntilAnswerable(
  folders: Pick<FolderWatcher, 'add' | 'refresh'>,
  rule: FolderRule,
  signal: AbortSignal,
): Promise<void> {
  const large = Promise.withResolvers<'large'>();
  let found = 0;
  const added = folders.add(rule, signal, (changes) => {
    found += changes;
    if (found >= LARGE_FOLDER_VIDEOS) large.resolve('large');
  });
  if ((await Promise.race([added, large.promise])) !== 'large') return;
  // Nobody waits for the rest. A scan that fails is repeated.
  added.catch(() => folders.refresh(rule.uri));
}

function listFolders({ folders, catalogue }: LibraryDeps): FoldersResult {
  return {
    folders: folders.list().map(({ rule, state, reason }) => ({
      ...rule,
      path: fileUriToDisplayPath(rule.uri),
      state,
      reason,
      videos: catalogue.under(rule.uri).filter((copy) => !copy.forgotten).length,
    })),
  };
}
