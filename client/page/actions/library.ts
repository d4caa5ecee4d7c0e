import type { Confirmation } from '../state.ts';
import { toFileUri } from '../text.ts';
import { listMore, listVideos, refreshFolders, type Session, toProblem } from './session.ts';

/** Creates the actions of the library. Failures are shown as the notice. */
export function createLibraryActions(session: Session) {
  const { store, request } = session;
  const runAction = async (work: () => Promise<unknown>, announcement = '') => {
    store.set({ notice: undefined, confirmation: undefined });
    try {
      await work();
      store.set({ announcement });
    } catch (error) {
      store.set({ notice: toProblem(error) });
    }
  };
  const removeFolder = (uri: string) =>
    runAction(async () => {
      const { [uri]: _gone, ...videos } = store.get().videos;
      store.set({ ...(await request('goldfish/folders/remove', { uri })), videos });
    }, 'The folder is no longer watched.');
  const forget = (uri: string) =>
    runAction(async () => {
      await request('goldfish/forget', { uri });
      store.set({ expandedVideo: undefined, lastForgotten: uri });
      if (store.get().watching?.uri === uri) store.set({ watching: undefined, editing: undefined });
      await refreshFolders(session);
    }, 'The video was removed from the index.');
  const readAgain = (uri: string) =>
    runAction(() => request('goldfish/reindex', { uri }), 'The video is being indexed again.');
  return {
    /** Adds a folder by its path. Returns whether it was added. */
    async addFolder(path: string): Promise<boolean> {
      const uri = toFileUri(path);
      if (uri === undefined) {
        store.set({
          notice: {
            message: `${path} is not an absolute path.`,
            remedy: 'Enter an absolute path, for example /home/ana/Videos.',
          },
        });
        return false;
      }
      await runAction(
        async () => store.set(await request('goldfish/folders/add', { uri })),
        'The folder was added.',
      );
      return store.get().notice === undefined;
    },
    confirm: (confirming: Confirmation | undefined) =>
      store.set({ confirmation: confirming, notice: undefined }),
    /** Runs the confirmed action. */
    runConfirmed({ what, uri }: Confirmation) {
      const actions = { remove: removeFolder, forget, readAgain };
      void actions[what](uri);
    },
    setPaused: (paused: boolean) =>
      runAction(async () =>
        store.set({ status: await request(paused ? 'goldfish/pause' : 'goldfish/resume', {}) }),
      ),
    readAgain,
    restoreVideo: (uri: string) =>
      runAction(async () => {
        await request('goldfish/reindex', { uri });
        store.set({ lastForgotten: undefined });
        await refreshFolders(session);
      }, 'The video is being indexed again.'),
    open: (uri: string) =>
      store.set({
        expandedVideo: store.get().expandedVideo === uri ? undefined : uri,
        confirmation: undefined,
      }),
    askAbout: (uri: string) => store.set({ view: 'ask', searchScope: { ...store.get().searchScope, uri } }),
    showVideos: (uri: string) => runAction(() => listVideos(session, uri)),
    showMore: (uri: string) => runAction(() => listMore(session, uri)),
    hideVideos(uri: string) {
      const { [uri]: _gone, ...videos } = store.get().videos;
      store.set({ videos });
    },
  };
}

export type LibraryActions = ReturnType<typeof createLibraryActions>;
