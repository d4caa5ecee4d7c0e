import { type Address, formatAddress, parseAddress } from './address.ts';
import type { HostAddress } from './host.ts';
import { type ChatTurn, freshMoments, type State, type Store } from './state.ts';

/** What an entry of the browser's history keeps of the conversation, so that Back and a reload ask nothing again. */
interface Snapshot {
  readonly threadId: string;
  readonly earlierTurns: readonly ChatTurn[];
  readonly turn: ChatTurn;
}

function isSnapshot(value: unknown): value is Snapshot {
  return typeof value === 'object' && value !== null && 'threadId' in value && 'turn' in value;
}

const toAddress = ({ view, turn, threadId, watching }: State): Address => ({
  view,
  question: turn?.similarTo === undefined ? turn?.question : undefined,
  threadId: threadId || undefined,
  video: watching && !watching.isPrepared ? { uri: watching.uri, startMs: watching.playMs } : undefined,
});

function toSnapshot({ threadId, earlierTurns, turn }: State): Snapshot | null {
  return turn === undefined || turn.state === 'running' ? null : { threadId, earlierTurns, turn };
}

/** Identifies what Back returns to: a view, a turn of a conversation, a moment. A seek changes the address only. */
function entryOf({ view, threadId, turn, earlierTurns, watching }: State): string {
  const moment = watching?.isPrepared ? undefined : watching;
  return JSON.stringify([view, threadId, turn?.question, earlierTurns.length, moment?.uri, moment?.startMs]);
}

export interface NavigationActions {
  ask(question: string): unknown;
  openStored(threadId: string): boolean;
  watch(moment: { readonly uri: string; readonly startMs: number }): unknown;
  stopWatching(): void;
  clear(): void;
}

export interface Navigation {
  /** Shows what the address says. Call it once the page is ready. */
  start(): void;
  /** Shows the parameters of a link. */
  show(parameters: URLSearchParams): void;
  /** Brings the address up to date with the state. */
  onState(state: State): void;
}

/** Keeps the page's address and its state equal, in both directions. */
export function createNavigation(address: HostAddress, store: Store, actions: NavigationActions): Navigation {
  let isStarted = false;
  let lastEntry = '';
  let lastQuery = '';
  let lastTurn: ChatTurn | undefined;

  /** Remembers the state as the one that the address shows. */
  const remember = (state: State) => {
    lastEntry = entryOf(state);
    lastQuery = formatAddress(toAddress(state));
    lastTurn = state.turn;
  };

  const showConversation = ({ question, threadId }: Address, snapshot: unknown) => {
    const state = store.get();
    if (question === undefined) {
      if (state.turn !== undefined) actions.clear();
    } else if (isSnapshot(snapshot) && snapshot.turn.question === question) {
      actions.clear();
      const { earlierTurns, turn } = snapshot;
      store.set({ threadId: snapshot.threadId, earlierTurns, turn, ...freshMoments() });
    } else if (threadId === undefined || !actions.openStored(threadId)) actions.ask(question);
  };

  const showVideo = ({ video }: Address) => {
    const { watching } = store.get();
    if (video !== undefined) actions.watch(video);
    else if (watching !== undefined) actions.stopWatching();
  };

  const moveTo = () => {
    const { parameters, snapshot } = address.read();
    const target = parseAddress(parameters);
    store.set({ view: target.view, dialog: undefined });
    showConversation(target, snapshot);
    showVideo(target);
    remember(store.get());
  };

  return {
    start() {
      moveTo();
      isStarted = true;
      address.write(lastQuery, toSnapshot(store.get()), 'replace');
      address.onMove(moveTo);
    },
    show(parameters) {
      const target = parseAddress(parameters);
      store.set({ view: target.view });
      if (target.video !== undefined) actions.watch(target.video);
      if (target.question !== undefined) actions.ask(target.question);
    },
    onState(state) {
      if (!isStarted) return;
      const query = formatAddress(toAddress(state));
      const entry = entryOf(state);
      if (query === lastQuery && entry === lastEntry && state.turn === lastTurn) return;
      // The text of a streaming answer is not kept: only its end is.
      if (query === lastQuery && entry === lastEntry && state.turn?.state === 'running') return;
      address.write(query, toSnapshot(state), entry === lastEntry ? 'replace' : 'push');
      remember(state);
    },
  };
}
