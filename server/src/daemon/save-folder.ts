import { statSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import type { Folder } from '../../protocol/folders.ts';
import { fileUriToPath, pathToFileUri } from '../base/file-uri.ts';
import { makeFolders } from '../base/make-folders.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { toReadOnlyError } from '../library/refuse-changes.ts';
import { type Library, RequestError } from '../library.ts';

type FolderLibrary = Pick<Library, 'folders' | 'addFolder'>;

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Returns the folder to save in: the one of the request, of `add.folder`, or the first watched one that is there. */
function chooseFolder(requested: string | undefined, setting: string, folders: readonly Folder[]): string {
  if (requested !== undefined) return String(fileUriToPath(requested));
  if (setting !== '') return setting;
  const watched = folders.find(({ path }) => isFolder(path));
  if (watched !== undefined) return watched.path;
  throw new RequestError(
    'notFound',
    'No folder is watched that a video could be saved in.',
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

/**
 * Chooses the folder that videos from the web are saved in, and creates it. Throws RequestError if it cannot be used, or
 * if this daemon could not index what is saved.
 */
export async function openSaveFolder(
  library: FolderLibrary,
  requested: string | undefined,
  settings: Pick<Settings, 'add.folder' | 'index.readOnly' | 'index.location'>,
): Promise<string> {
  if (settings['index.readOnly']) throw toReadOnlyError(settings['index.location']);
  const path = chooseFolder(requested, settings['add.folder'], (await library.folders()).folders);
  prepareFolder(path);
  return path;
}

/** Has a folder watched unless it is. Returns its URI. */
export async function watchSaveFolder(library: FolderLibrary, path: string): Promise<Uri> {
  const { folders } = await library.folders();
  const isWatched = folders.some((folder) => path === folder.path || path.startsWith(folder.path + sep));
  const uri = pathToFileUri(path);
  if (!isWatched) await library.addFolder({ uri });
  return uri;
}
