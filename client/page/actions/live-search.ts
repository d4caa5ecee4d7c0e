import { toScope } from './scope.ts';
import type { Session } from './session.ts';

/** Limits the lines found while the user types. */
const MAX_LIVE_RESULTS = 5;
/** Delays a search while the user types, in ms, and sets from how many characters on it runs. */
const TYPING_PAUSE_MS = 250;
const MIN_LIVE_CHARS = 3;

/** Creates the search that runs while the user types. */
export function createLiveSearch({ store, request }: Session) {
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let liveRequest: AbortController | undefined;

  const closeLiveResults = () => {
    clearTimeout(typingTimer);
    liveRequest?.abort();
    liveRequest = undefined;
    if (store.get().liveResults !== undefined) store.set({ liveResults: undefined });
  };

  /** Shows what the words of the draft find. */
  const searchLive = async (query: string) => {
    const abortController = new AbortController();
    liveRequest = abortController;
    const { signal } = abortController;
    const params = { query, k: MAX_LIVE_RESULTS, scope: toScope(store.get().searchScope) };
    try {
      const { hits } = await request('goldfish/search', params, { signal });
      if (liveRequest === abortController) store.set({ liveResults: { query, hits } });
    } catch {
      // Typing never shows an error: Enter does.
    }
  };

  return {
    close: closeLiveResults,
    /** Takes the text of the composer. */
    type(draft: string) {
      store.set({ draft, isDraftQueued: false });
      clearTimeout(typingTimer);
      liveRequest?.abort();
      if (draft.trim().length < MIN_LIVE_CHARS) return closeLiveResults();
      typingTimer = setTimeout(() => void searchLive(draft.trim()), TYPING_PAUSE_MS);
    },
  };
}
