import type { AlertEvent } from '../../../server/protocol/alerts.ts';
import type { Method, Params, Result } from '../../../server/protocol/methods.ts';
import type { DidChangePlaying } from '../../../server/protocol/playing.ts';
import type { VideoItem } from '../../../server/protocol/videos.ts';
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
const RETRY_DELAY_MS = 4000;
/** Limits how often the list of videos is read while indexing goes on, in ms. */
const LIST_INTERVAL_MS = 1000;
/** Reading a long list takes at most this share of the time. */
const LIST_SHARE = 1 / 10;
/** How many videos one request lists. */
const LIST_PAGE = 2500;

export interface SessionEvents {
  onOpen(): void;
  /** The folders and videos were read. */
  onLibrary(): void;
  /** A player in another view has changed. */
  onPlaying(change: DidChangePlaying): void;
  /** Newly indexed text matches an alert. */
  onAlert(event: AlertEvent): void;
  /** Indexing has made progress. */
  onWork(): void;
}

/** Creates the session. */
export function createSession(host: Host, store: Store, events: SessionEvents): Session {
  let connection: Connection | undefined;
  let listedCounts = '';
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let listTimer: ReturnType<typeof setTimeout> | undefined;
  let listIntervalMs = LIST_INTERVAL_MS;

  const readList = async () => {
    const startedAt = performance.now();
    await refreshLibrary(session);
    listIntervalMs = Math.max(LIST_INTERVAL_MS, (performance.now() - startedAt) / LIST_SHARE);
    events.onLibrary();
  };
  const refreshSoon = () => {
    if (listTimer !== undefined) return;
    listTimer = setTimeout(() => {
      listTimer = undefined;
      void readList();
      events.onWork();
    }, listIntervalMs);
  };
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
        onOpen(rights) {
          store.set({ link: 'open', ...rights });
          session.request('goldfish/status', {}).then(
            (status) => store.set({ status }),
            () => undefined,
          );
          void readList();
          events.onOpen();
        },
        onGone() {
          store.set({ link: 'gone' });
          // Reconnecting never starts a daemon: one that the user stopped stays stopped.
          if (host.restart === undefined) retryTimer = setTimeout(session.open, RETRY_DELAY_MS);
        },
        onNotification(method, params) {
          if (method === 'goldfish/didChangePlaying' && 'player' in params) return events.onPlaying(params);
          if (method === 'goldfish/didMatchAlert' && 'alert' in params) return events.onAlert(params);
          if (method !== 'goldfish/didChangeStatus' || !('work' in params)) return;
          store.set({ status: params });
          if (store.get().dialog?.kind === 'status') void readWorkers(session);
          if (store.get().dialog?.kind === 'addLink') void readRecordings(session);
          const { videos, work } = params;
          const counts = JSON.stringify([
            videos,
            work.done,
            work.failed.length,
            work.offline,
            work.waiting,
            work.recording,
          ]);
          if (counts === listedCounts && !hasStaleList(store.get())) return;
          listedCounts = counts;
          refreshSoon();
        },
      });
    },
  };
  return session;
}

/**
 * Returns whether the list still shows a busy video although no work is left. It may have been read while work ran
 * that started and ended between two statuses, which leaves the counts unchanged.
 */
function hasStaleList({ status, videos = [] }: State): boolean {
  if (status === undefined || status.work.waiting + status.work.running.length > 0) return false;
  return videos.some(({ state }) => state === 'waiting' || state === 'running');
}

/** Reads the workers on other computers. Older daemons have none. */
export async function readWorkers({ request, store }: Session): Promise<void> {
  const workers = await request('goldfish/workers', {}).catch(() => undefined);
  store.set({ workers });
}

/** Reads the recordings of streams. Older daemons have none. */
export async function readRecordings({ request, store }: Session): Promise<void> {
  const list = await request('goldfish/record/list', {}).catch(() => undefined);
  store.set({ recordings: list?.recordings });
}

/** Reads the folders and videos again. */
export async function refreshLibrary({ request, store }: Session): Promise<void> {
  const readVideos = async () => {
    const videos: VideoItem[] = [];
    for (;;) {
      const page = await request('goldfish/videos', { offset: videos.length, limit: LIST_PAGE });
      videos.push(...page.videos);
      if (page.videos.length === 0 || videos.length >= page.total) return videos;
    }
  };
  try {
    const [{ folders }, videos] = await Promise.all([request('goldfish/folders/list', {}), readVideos()]);
    store.set({ folders, videos });
  } catch {
    // The connection is closed. The page already shows that.
  }
}
