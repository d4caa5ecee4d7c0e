import type { Uri } from '../../../server/protocol/base.ts';
import type { Confirmation, Dialog, LibraryState } from '../state.ts';
import { EVERYWHERE } from '../state.ts';
import { createFolderActions, createRunAction } from './folders.ts';
import { createLinkActions } from './link.ts';
import { readWorkers, refreshLibrary, type Session, toProblem } from './session.ts';

/** Creates the actions of the library. Failures are shown as the notice. */
export function createLibraryActions(session: Session) {
  const { store, request } = session;
  const runAction = createRunAction(session);
  const forEach = async (uris: readonly string[], work: (uri: string) => Promise<unknown>) => {
    for (const uri of uris) await work(uri);
  };
  const change = (library: Partial<LibraryState>) =>
    store.set({ library: { ...store.get().library, ...library } });
  const counted = (uris: readonly string[]) =>
    uris.length === 1 ? 'The video is' : `${uris.length} videos are`;

  const readNetworkUrl = async () => {
    const { network } = await request('goldfish/page', {});
    store.set({ networkUrl: network });
  };
  const readAgain = (uris: readonly string[]) =>
    runAction(
      () => forEach(uris, (uri) => request('goldfish/reindex', { uri })),
      `${counted(uris)} being indexed again.`,
    );
  const confirmedActions: Readonly<
    Record<Confirmation['action'], (uris: readonly string[]) => Promise<boolean>>
  > = {
    readAgain,
    removeFolder: (uris) =>
      runAction(async () => {
        await forEach(uris, async (uri) => store.set(await request('goldfish/folders/remove', { uri })));
        await refreshLibrary(session);
      }, 'The folder is no longer watched.'),
    forget: (uris) =>
      runAction(
        async () => {
          await forEach(uris, (uri) => request('goldfish/forget', { uri }));
          const { watching } = store.get();
          if (watching !== undefined && uris.includes(watching.uri))
            store.set({ watching: undefined, editing: undefined });
          store.set({ lastForgotten: uris });
          await refreshLibrary(session);
        },
        `${counted(uris)} removed from the index.`,
      ),
  };

  return {
    change,
    ...createFolderActions(session, runAction),
    ...createLinkActions(session),
    openDialog(dialog: Dialog | undefined) {
      store.set({
        dialog,
        notice: undefined,
        ...(dialog?.kind === 'export' && { exportChoice: { ...store.get().exportChoice, excluded: [] } }),
      });
      if (dialog?.kind !== 'status' || store.get().isReadOnly) return;
      void readWorkers(session);
      // An older daemon has no such address.
      readNetworkUrl().catch(() => undefined);
    },
    /** Lets other devices in the network open the page, or stops that. */
    allowNetwork: (isAllowed: boolean) =>
      runAction(
        async () => {
          await request('goldfish/settings/set', { key: 'page.network', value: isAllowed });
          await readNetworkUrl();
        },
        isAllowed ? 'Other devices may open the page.' : 'Other devices may no longer open the page.',
      ),
    /** Tags whole videos. */
    tagVideos: (uris: readonly Uri[], tag: string) =>
      runAction(
        async () => {
          const lengths = new Map(store.get().videos?.map(({ uri, durationMs }) => [uri, durationMs]));
          await forEach(uris, (uri) =>
            request('goldfish/corrections/tag', { uri, startMs: 0, endMs: lengths.get(uri) || 1, tag }),
          );
          store.set({ dialog: undefined });
          change({ selected: [] });
        },
        `${counted(uris)} tagged.`,
      ),
    /** Indexes waiting videos before all others. The request keeps them first until they are done. */
    indexFirst(uris: readonly Uri[]) {
      request('goldfish/index', { uris }).catch((error: unknown) => {
        if (store.get().link === 'open') store.set({ notice: toProblem(error) });
      });
      change({ selected: [] });
      store.set({
        announcement: `${counted(uris)} next in line.`,
        notice: undefined,
      });
    },
    confirm: (what: Confirmation['action'], uris: readonly string[]) =>
      store.set({ dialog: { kind: 'confirm', action: what, uris }, notice: undefined }),
    /** Runs the confirmed action. */
    runConfirmed({ action, uris }: Confirmation) {
      store.set({ dialog: undefined });
      change({ selected: [] });
      void confirmedActions[action](uris);
    },
    setPaused: (paused: boolean) =>
      runAction(async () =>
        store.set({ status: await request(paused ? 'goldfish/pause' : 'goldfish/resume', {}) }),
      ),
    readAgain,
    restoreVideos: (uris: readonly string[]) =>
      runAction(
        async () => {
          await forEach(uris, (uri) => request('goldfish/reindex', { uri }));
          store.set({ lastForgotten: [] });
          await refreshLibrary(session);
        },
        `${counted(uris)} being indexed again.`,
      ),
    askAbout(uris: readonly string[]) {
      store.set({ view: 'ask', searchScope: { ...EVERYWHERE, uris } });
      change({ selected: [] });
    },
    select(uri: string, isSelected: boolean) {
      const { selected } = store.get().library;
      change({ selected: isSelected ? [...selected, uri] : selected.filter((other) => other !== uri) });
    },
  };
}

export type LibraryActions = ReturnType<typeof createLibraryActions>;
