import type { Confirming } from '../state.ts';
import { uriOfPath } from '../text.ts';
import { listMore, listVideos, refreshFolders, type Session, troubleOf } from './session.ts';

/** What the library view does. Troubles are shown as the notice. */
export function createLibraryActions(session: Session) {
  const { store, request } = session;
  const attempt = async (work: () => Promise<unknown>, said = '') => {
    store.set({ notice: undefined, confirming: undefined });
    try {
      await work();
      store.set({ said });
    } catch (error) {
      store.set({ notice: troubleOf(error) });
    }
  };
  const removeFolder = (uri: string) =>
    attempt(async () => {
      const { [uri]: _gone, ...videos } = store.get().videos;
      store.set({ ...(await request('goldfish/folders/remove', { uri })), videos });
    }, 'The folder is not watched any more.');
  const forget = (uri: string) =>
    attempt(async () => {
      await request('goldfish/forget', { uri });
      store.set({ opened: undefined, forgotten: uri });
      if (store.get().watching?.uri === uri) store.set({ watching: undefined, editing: undefined });
      await refreshFolders(session);
    }, 'The video is forgotten.');
  const readAgain = (uri: string) =>
    attempt(() => request('goldfish/reindex', { uri }), 'The video is read again.');
  return {
    /** Adds the folder of a path that was typed; true where it was taken. */
    async addFolder(path: string): Promise<boolean> {
      const uri = uriOfPath(path);
      if (uri === undefined) {
        store.set({ notice: { message: `${path} is no full path.`, remedy: 'Type it from the root on.' } });
        return false;
      }
      await attempt(
        async () => store.set(await request('goldfish/folders/add', { uri })),
        'The folder is watched.',
      );
      return store.get().notice === undefined;
    },
    confirm: (confirming: Confirming | undefined) => store.set({ confirming, notice: undefined }),
    /** Does what the person was asked about. */
    confirmed({ what, uri }: Confirming) {
      const acts = { remove: removeFolder, forget, readAgain };
      void acts[what](uri);
    },
    setPaused: (paused: boolean) =>
      attempt(async () =>
        store.set({ status: await request(paused ? 'goldfish/pause' : 'goldfish/resume', {}) }),
      ),
    readAgain,
    bringBack: (uri: string) =>
      attempt(async () => {
        await request('goldfish/reindex', { uri });
        store.set({ forgotten: undefined });
        await refreshFolders(session);
      }, 'The video is read again.'),
    open: (uri: string) =>
      store.set({ opened: store.get().opened === uri ? undefined : uri, confirming: undefined }),
    askAbout: (uri: string) => store.set({ view: 'ask', narrowing: { ...store.get().narrowing, uri } }),
    showVideos: (uri: string) => attempt(() => listVideos(session, uri)),
    showMore: (uri: string) => attempt(() => listMore(session, uri)),
    hideVideos(uri: string) {
      const { [uri]: _gone, ...videos } = store.get().videos;
      store.set({ videos });
    },
  };
}

export type LibraryActions = ReturnType<typeof createLibraryActions>;
