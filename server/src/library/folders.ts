import type { FoldersResult } from '../../protocol/folders.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import { type Library, RequestError } from '../library.ts';
import type { Disk } from '../ports/disk.ts';
import { pathNotReadable } from './describe-video.ts';
import type { LibraryDeps } from './status.ts';

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
      await folders.add({ uri, include, exclude, poll }, signal);
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
