import { render } from 'lit';
import { createAsking } from './actions/ask.ts';
import { createCorrecting } from './actions/correct.ts';
import { createLibraryActions } from './actions/library.ts';
import { createSession } from './actions/session.ts';
import { createWatching } from './actions/watch.ts';
import { historyFrom } from './history.ts';
import { findHost } from './host.ts';
import { listenToKeys } from './keys.ts';
import { createStore } from './state.ts';
import { type AppActions, app } from './views/app.ts';

const root = document.querySelector<HTMLElement>('#app');
if (root === null) throw new Error('The page has no place for the app.');
root.replaceChildren();

const host = findHost();
const store = createStore((state) => render(app(state, actions), root));
store.set({ history: historyFrom(host.memory.load()) });
const session = createSession(host, store, () => watching.keepUp());
const watching = createWatching(session);
const asking = createAsking(session);
const correcting = createCorrecting(session, watching);
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
