import type { FoldersBrowseParams } from '../../../server/protocol/folders.ts';
import { toFileUri } from '../text.ts';
import { refreshLibrary, type Session, toProblem } from './session.ts';

type RunAction = (work: () => Promise<unknown>, announcement?: string) => Promise<boolean>;

/** Creates a function that runs an action, announces its end and shows a failure as the notice. */
export function createRunAction({ store }: Session): RunAction {
  return async (work: () => Promise<unknown>, announcement = ''): Promise<boolean> => {
    store.set({ notice: undefined });
    try {
      await work();
      store.set({ announcement });
      return true;
    } catch (error) {
      store.set({ notice: toProblem(error) });
      return false;
    }
  };
}

/** Creates the actions that find and add folders. */
export function createFolderActions(session: Session, runAction: RunAction) {
  const { store, request } = session;
  const addFolderUri = (uri: string) =>
    runAction(async () => {
      store.set(await request('goldfish/folders/add', { uri }));
      store.set({ dialog: undefined });
      void refreshLibrary(session);
    }, 'The folder was added.');
  const browse = (params: FoldersBrowseParams) =>
    runAction(async () => store.set({ browsed: await request('goldfish/folders/browse', params) }));
  const openFolderDialog = () => {
    store.set({ dialog: { kind: 'addFolder' }, notice: undefined });
    return browse({});
  };

  /**
   * Opens the folder list where a dropped folder is. A browser hides paths, so the folder is looked for by its name:
   * in the places to start from, and one level below.
   */
  const findDropped = async (name: string) => {
    await openFolderDialog();
    const places = store.get().browsed?.folders ?? [];
    const below = await Promise.all(
      places.map(({ uri }) =>
        request('goldfish/folders/browse', { uri }).then(
          ({ folders }) => folders,
          () => [],
        ),
      ),
    );
    const same = [...places, ...below.flat()].filter((folder) => folder.name === name);
    const [only] = same;
    if (same.length === 1 && only !== undefined) await browse({ uri: only.uri });
    else
      store.set({
        notice: {
          message: `A browser does not say where “${name}” is.`,
          remedy: 'Choose it in this list, or type its path.',
        },
      });
  };

  return {
    addFolderUri,
    browse,
    openFolderDialog,
    /** Adds a folder by its path, which may begin with `~`. Returns whether it was added. */
    addFolder(path: string): Promise<boolean> {
      const uri = toFileUri(path);
      if (uri !== undefined) return addFolderUri(uri);
      if (!path.trim().startsWith('~')) {
        store.set({
          notice: {
            message: `${path} is not an absolute path.`,
            remedy: 'Enter an absolute path, for example /home/ana/Videos.',
          },
        });
        return Promise.resolve(false);
      }
      return runAction(async () => {
        const { folder } = await request('goldfish/folders/browse', { path: path.trim() });
        if (folder !== undefined) await addFolderUri(folder.uri);
      });
    },
    onDrop(event: DragEvent) {
      event.preventDefault();
      const entry = event.dataTransfer?.items[0]?.webkitGetAsEntry();
      if (entry?.isDirectory) void findDropped(entry.name);
      else
        store.set({
          notice: { message: 'This is not a folder.', remedy: 'Drop a folder, or choose one.' },
        });
    },
  };
}
