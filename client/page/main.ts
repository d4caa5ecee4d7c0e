import { render } from 'lit';
import { createAskActions } from './actions/ask.ts';
import { createCorrectActions } from './actions/correct.ts';
import { createLibraryActions } from './actions/library.ts';
import { createSession } from './actions/session.ts';
import { createWatchActions } from './actions/watch.ts';
import { parseHistory } from './history.ts';
import { findHost } from './host.ts';
import { listenToKeys } from './keyboard.ts';
import { createStore } from './state.ts';
import { type AppActions, app } from './views/app.ts';

const appRoot = document.querySelector<HTMLElement>('#app');
if (appRoot === null) throw new Error('Cannot find #app in the page.');
appRoot.replaceChildren();

const host = findHost();
const store = createStore((state) => render(app(state, actions), appRoot));
store.set({ history: parseHistory(host.memory.load()) });
const session = createSession(host, store, () => watching.refreshUnfinished());
const watching = createWatchActions(session);
const asking = createAskActions(session);
const correcting = createCorrectActions(session, watching);
const actions: AppActions = {
  asking,
  watching,
  correcting,
  store,
  host,
  library: createLibraryActions(session),
  watch: (moment) => void watching.watch(moment),
  reconnect: () => session.open(),
  stillUrl: (uri, ms, width) => host.mediaUrl('still', { uri, ms: String(ms), width: String(width) }),
};
listenToKeys(actions);

session.open();
host.onShow((fragment) => {
  const video = fragment.get('v');
  const question = fragment.get('q');
  const view = fragment.get('view');
  if (view === 'ask' || view === 'library') store.set({ view });
  if (video !== null) {
    const seconds = Number(fragment.get('t') ?? 0);
    void watching.watch({ uri: video, startMs: seconds > 0 ? Math.round(seconds * 1000) : 0 });
  }
  if (question !== null) {
    store.set({ view: 'ask' });
    void asking.ask(question);
  }
});
