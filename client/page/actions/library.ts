import { uriOfPath } from '../text.ts';
import { listVideos, type Session, troubleOf } from './session.ts';

/** What the library view does. Troubles are shown as the notice. */
export function createLibraryActions(session: Session) {
  const { store, request } = session;
  const attempt = async (work: () => Promise<unknown>) => {
    store.set({ notice: undefined });
    try {
      await work();
    } catch (error) {
      store.set({ notice: troubleOf(error) });
    }
  };
  return {
    /** Adds the folder of a path that was typed; true where it was taken. */
    async addFolder(path: string): Promise<boolean> {
      const uri = uriOfPath(path);
      if (uri === undefined) {
        store.set({ notice: { message: `${path} is no full path.`, remedy: 'Type it from the root on.' } });
        return false;
      }
      await attempt(async () => store.set(await request('goldfish/folders/add', { uri })));
      return store.get().notice === undefined;
    },
    removeFolder: (uri: string) =>
      attempt(async () => {
        const { [uri]: _gone, ...videos } = store.get().videos;
        store.set({ ...(await request('goldfish/folders/remove', { uri })), videos });
      }),
    setPaused: (paused: boolean) =>
      attempt(async () =>
        store.set({ status: await request(paused ? 'goldfish/pause' : 'goldfish/resume', {}) }),
      ),
    tryAgain: (uri: string) => attempt(() => request('goldfish/reindex', { uri })),
    showVideos: (uri: string) => attempt(() => listVideos(session, uri)),
    hideVideos(uri: string) {
      const { [uri]: _gone, ...videos } = store.get().videos;
      store.set({ videos });
    },
  };
}

export type LibraryActions = ReturnType<typeof createLibraryActions>;
