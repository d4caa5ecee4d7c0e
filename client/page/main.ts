import { render } from 'lit';
import { createAlertActions } from './actions/alerts.ts';
import { createAskActions } from './actions/ask.ts';
import { createCorrectActions } from './actions/correct.ts';
import { createExportActions } from './actions/export.ts';
import { createLibraryActions } from './actions/library.ts';
import { createModelActions } from './actions/models.ts';
import { createPlayingActions } from './actions/playing.ts';
import { createReelActions } from './actions/reel.ts';
import { createSession } from './actions/session.ts';
import { loadFollowUps, loadSuggestions } from './actions/suggest.ts';
import { createWatchActions } from './actions/watch.ts';
import { parseHistory } from './history.ts';
import { findHost } from './host.ts';
import { listenToKeys } from './keyboard.ts';
import { createNavigation } from './navigation.ts';
import { createStore } from './state.ts';
import { app } from './views/app.ts';
import type { ViewActions } from './views/view-actions.ts';

const appRoot = document.querySelector<HTMLElement>('#app');
if (appRoot === null) throw new Error('Cannot find #app in the page.');
appRoot.replaceChildren();

const host = findHost();
const store = createStore((state) => {
  render(app(state, actions), appRoot);
  navigation.onState(state);
  playing.onState();
});
store.set({
  history: parseHistory(host.memory.load('history')),
  hasLetterKeys: host.memory.load('letterKeys') !== false,
});
const session = createSession(host, store, {
  onOpen: () => asking.sendQueued(),
  onLibrary,
  onWork: () => watching.refreshUnfinished(),
  onPlaying: (other) => playing.onOther(other),
  onAlert: (event) => alerting.onMatch(event),
});

const copy = async (text: string, what: string) => {
  try {
    await navigator.clipboard.writeText(text);
    store.set({ announcement: what, notice: undefined });
  } catch {
    store.set({
      notice: {
        message: 'The browser blocked access to the clipboard.',
        remedy: 'Allow clipboard access for this page, then copy again.',
      },
    });
  }
};
const watching = createWatchActions(session);
/** From this width on the player stands beside the conversation, in px. */
const WIDE_PX = 1100;
const asking = createAskActions(session, ({ uri, startMs, endMs, seekMs = startMs }) => {
  if (appRoot.clientWidth >= WIDE_PX) watching.prepare({ uri, startMs, endMs, playMs: seekMs });
  void loadFollowUps(session);
});
const playing = createPlayingActions(session);
const library = createLibraryActions(session);
const alerting = createAlertActions(session);
const actions: ViewActions = {
  asking,
  watching,
  correcting: createCorrectActions(session, watching),
  library,
  models: createModelActions(session),
  exporting: createExportActions(session, copy),
  alerting,
  reeling: createReelActions(session),
  playing,
  store,
  host,
  copy,
  openVideo(uri) {
    store.set({ view: 'ask' });
    watching.watch({ uri, startMs: 0 });
  },
  setLetterKeys(hasLetterKeys) {
    host.memory.save('letterKeys', hasLetterKeys);
    store.set({ hasLetterKeys });
  },
  reconnect: () => session.open(),
  stillUrl: (uri, ms, width) => host.mediaUrl('still', { uri, ms: String(ms), width: String(width) }),
};
const navigation = createNavigation(host.address, store, {
  ask: asking.askNew,
  openStored: asking.openStored,
  watch: watching.watch,
  stopWatching: watching.stop,
  clear: asking.clear,
});

let suggestedFor = '';
/** Looks for suggestions when the videos have changed and nothing is left to index. */
function onLibrary(): void {
  const { folders, videos = [], status, suggestions, browsed, link, isReadOnly } = store.get();
  if (folders?.length === 0 && !isReadOnly && browsed === undefined && host.pickFolder === undefined)
    void library.browse({});
  const isBusy = (status?.work.waiting ?? 0) + (status?.work.running.length ?? 0) > 0;
  const key = videos.map(({ videoId }) => videoId).join();
  if (key === suggestedFor || (isBusy && suggestions.length > 0) || link !== 'open') return;
  suggestedFor = key;
  void loadSuggestions(session);
}

listenToKeys(actions);
session.open();
navigation.start();
host.onShow(navigation.show);
