import type { Method, Params, Result } from '../../../server/protocol/methods.ts';
import { type Connection, connect, RequestFailedError, type RequestOptions } from '../connection.ts';
import type { Host } from '../host.ts';
import type { Problem, State, Store } from '../state.ts';

/** Bundles what every action needs. */
export interface Session {
  readonly host: Host;
  readonly store: Store;
  request<M extends Method>(method: M, params: Params<M>, options?: RequestOptions): Promise<Result<M>>;
  /** Connects, or connects again after the daemon ended. */
  open(): void;
}

export function toProblem(error: unknown): Problem {
  if (error instanceof RequestFailedError) return { message: error.message, remedy: error.remedy };
  return { message: error instanceof Error ? error.message : String(error), remedy: 'Try again.' };
}

/** Sets the delay before the next attempt to reconnect, in ms. */
const RETRY_DELAY_MS = 2000;

/** Creates the session. Calls `onWork` when indexing has made progress. */
export function createSession(host: Host, store: Store, onWork: () => void): Session {
  let connection: Connection | undefined;
  let listedCounts = '';
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  const session: Session = {
    host,
    store,
    request: (method, params, options) =>
      connection === undefined
        ? Promise.reject(new RequestFailedError('Not connected to Goldfish.', 'Try again.'))
        : connection.request(method, params, options),
    open() {
      clearTimeout(retryTimer);
      store.set({ link: store.get().link === 'gone' ? 'gone' : 'connecting' });
      connection = connect(host, {
        onOpen() {
          store.set({ link: 'open' });
          session.request('goldfish/status', {}).then(
            (status) => store.set({ status }),
            () => undefined,
          );
          void refreshFolders(session);
        },
        onGone() {
          store.set({ link: 'gone' });
          // Reconnecting never starts a daemon: one that the user stopped stays stopped.
          if (host.restart === undefined) retryTimer = setTimeout(session.open, RETRY_DELAY_MS);
        },
        onNotification(method, params) {
          if (method !== 'goldfish/didChangeStatus' || !('work' in params)) return;
          store.set({ status: params });
          const { videos, work } = params;
          const counts = JSON.stringify([videos, work.done, work.failed.length, work.offline, work.waiting]);
          if (counts === listedCounts && !hasStaleList(store.get())) return;
          listedCounts = counts;
          void refreshFolders(session);
          onWork();
        },
      });
    },
  };
  return session;
}

/**
 * Returns whether a list still shows a busy video although no work is left. The list may have been read while work ran
 * that started and ended between two statuses, which leaves the counts unchanged.
 */
function hasStaleList({ status, videos }: State): boolean {
  if (status === undefined || status.work.waiting + status.work.running.length > 0) return false;
  return Object.values(videos).some((list) =>
    list.videos.some(({ state }) => state === 'waiting' || state === 'running'),
  );
}

/** Reloads the folders, and the videos of the expanded ones. */
export async function refreshFolders(session: Session): Promise<void> {
  const { store } = session;
  try {
    const { folders } = await session.request('goldfish/folders/list', {});
    store.set({ folders });
    for (const uri of Object.keys(store.get().videos)) void listVideos(session, uri);
  } catch {
    // The connection is closed. The page already shows that.
  }
}

/** Sets how many videos "Show more" adds. */
const PAGE_SIZE = 100;

/** Reloads the videos of a folder: as many as are shown, plus `extra`. */
export async function listVideos({ request, store }: Session, uri: string, extra = 0): Promise<void> {
  const shownCount = store.get().videos[uri]?.videos.length ?? 0;
  const videos = await request('goldfish/videos', { uri, limit: Math.max(PAGE_SIZE, shownCount + extra) });
  store.set({ videos: { ...store.get().videos, [uri]: videos } });
}

export const listMore = (session: Session, uri: string) => listVideos(session, uri, PAGE_SIZE);
