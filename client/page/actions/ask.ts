import type { AskDelta, AskParams, AskResult, Citation } from '../../../server/protocol/ask.ts';
import type { Scope } from '../../../server/protocol/base.ts';
import type { SearchParams } from '../../../server/protocol/search.ts';
import { RequestFailedError } from '../connection.ts';
import { createId } from '../create-id.ts';
import { addToHistory, restoreTurns, toStoredTurns } from '../history.ts';
import {
  type ChatTurn,
  freshMoments,
  hasModel,
  type Likeness,
  type SearchScope,
  type State,
  type StoredThread,
} from '../state.ts';
import { createLiveSearch } from './live-search.ts';
import { toScope } from './scope.ts';
import { type Session, toProblem } from './session.ts';

/** Limits the hits of a search. */
const MAX_RESULTS = 20;
/** Limit the earlier turns sent with a follow-up question, and the characters of each answer. */
const MAX_CARRIED_TURNS = 6;
const MAX_CARRIED_ANSWER_CHARS = 2_000;

const toSimilarityParams = (likeness: Likeness): Pick<SearchParams, 'like' | 'image'> =>
  'clip' in likeness ? { like: likeness.clip } : { image: { data: likeness.picture } };

/** Returns the earlier turns to send with a follow-up question. */
function toConversation(earlierTurns: readonly ChatTurn[]): AskParams['conversation'] {
  const exchanges = earlierTurns
    .filter(({ kind, text }) => kind === 'ask' && text !== '')
    .slice(-MAX_CARRIED_TURNS)
    .map(({ question, text }) => ({ question, answer: text.slice(0, MAX_CARRIED_ANSWER_CHARS) }));
  return exchanges.length > 0 ? exchanges : undefined;
}

/** Creates what runs a question or search and shows its progress. Each request cancels the previous one. */
function createTurnRunner(
  session: Session,
  closeLiveResults: () => void,
  onAnswer: (citation: Citation) => void,
) {
  const { store, request, host } = session;
  let runningRequest: AbortController | undefined;

  const saveHistory = (history: readonly StoredThread[]) => {
    store.set({ history });
    host.memory.save('history', history);
  };

  /** Shows the lines that the words find while the answer is written. */
  const showFoundLines = (
    query: string,
    scope: Scope | undefined,
    signal: AbortSignal,
    show: (change: Partial<ChatTurn>) => void,
  ) => {
    request('goldfish/search', { query, k: MAX_RESULTS, scope }, { signal }).then(
      ({ hits }) => {
        if (store.get().turn?.state === 'running') show({ result: { hits } });
      },
      () => undefined,
    );
  };

  /** Runs a turn after the earlier ones and shows its partial results. */
  const runTurn = async (
    turnRequest: Pick<ChatTurn, 'question' | 'kind' | 'similarTo' | 'isInspected'>,
    earlierTurns: readonly ChatTurn[],
  ) => {
    runningRequest?.abort();
    const abortController = new AbortController();
    runningRequest = abortController;
    const { searchScope, threadId } = store.get();
    const targetThreadId = earlierTurns.length > 0 ? threadId : createId();
    const startedAt = performance.now();
    let turn: ChatTurn = { ...turnRequest, state: 'running', text: '' };
    const showTurn = (change: Partial<ChatTurn>) => {
      if (runningRequest !== abortController) return;
      turn = { ...turn, ...change };
      store.set({ turn });
      if (turn.state === 'done')
        saveHistory(
          addToHistory(store.get().history, {
            id: targetThreadId,
            turns: toStoredTurns([...earlierTurns, turn]),
          }),
        );
    };
    closeLiveResults();
    store.set({
      turn,
      earlierTurns,
      threadId: targetThreadId,
      view: 'ask',
      draft: '',
      isDraftQueued: false,
      announcement: '',
      notice: undefined,
      ...freshMoments(),
      ...(store.get().watching?.isPrepared && { watching: undefined }),
    });
    const scope = toScope(searchScope);
    const { signal } = abortController;
    try {
      if (turnRequest.kind === 'search') {
        const { similarTo, question } = turnRequest;
        const searchParams: SearchParams = { query: similarTo ? '' : question, k: MAX_RESULTS, scope };
        const params = similarTo ? { ...searchParams, ...toSimilarityParams(similarTo) } : searchParams;
        const { hits } = await request('goldfish/search', params, { signal });
        return showTurn({ state: 'done', result: { hits } });
      }
      const params: AskParams = {
        question: turnRequest.question,
        scope,
        conversation: toConversation(earlierTurns),
        ...(turnRequest.isInspected && { inspect: true }),
      };
      showFoundLines(turnRequest.question, scope, signal, showTurn);
      const onPartial = (value: unknown) => showTurn({ text: turn.text + (value as AskDelta).delta });
      const result: AskResult = await request('goldfish/ask', params, { signal, onPartial });
      const tookMs = Math.round(performance.now() - startedAt);
      showTurn({ state: 'done', text: result.answer, result, tookMs });
      store.set({ announcement: `Answered. ${result.answer}` });
      const [first] = result.citations;
      if (first !== undefined && runningRequest === abortController) onAnswer(first);
    } catch (error) {
      if (signal.aborted || (error instanceof RequestFailedError && error.cancelled))
        showTurn({ state: 'cancelled' });
      else showTurn({ state: 'failed', problem: toProblem(error) });
    }
  };

  return {
    runTurn,
    saveHistory,
    cancel: () => runningRequest?.abort(),
    /** Cancels what runs, and shows nothing more of it. */
    drop() {
      runningRequest?.abort();
      runningRequest = undefined;
    },
  };
}

/** Creates the actions for asking and searching. `onAnswer` gets the first citation of an answer. */
export function createAskActions(session: Session, onAnswer: (citation: Citation) => void) {
  const { store } = session;
  const live = createLiveSearch(session);
  const turns = createTurnRunner(session, live.close, onAnswer);
  const { runTurn, saveHistory } = turns;

  const startThread = (kind: ChatTurn['kind'], input: string) => {
    const question = input.trim();
    return question === '' ? Promise.resolve() : runTurn({ kind, question }, []);
  };

  /** Asks a question, as a follow-up if a conversation is open. */
  const ask = (input: string) => {
    const question = input.trim();
    if (question === '') return;
    const { earlierTurns, turn } = store.get();
    const isFollowUp = turn?.kind === 'ask' && turn.text !== '';
    const previous = isFollowUp ? [...earlierTurns, turn] : [];
    // What runs is stopped. Its text stays in the conversation.
    void runTurn({ kind: 'ask', question }, previous);
  };

  const clear = () => {
    turns.drop();
    live.close();
    store.set({
      turn: undefined,
      earlierTurns: [],
      threadId: '',
      ...freshMoments(),
      ...(store.get().watching?.isPrepared && { watching: undefined }),
    });
  };

  const open = (thread: StoredThread) => {
    clear();
    const turns = restoreTurns(thread);
    const turn = turns.at(-1);
    if (turn?.kind === 'search') return void startThread('search', turn.question);
    store.set({
      turn,
      earlierTurns: turns.slice(0, -1),
      threadId: thread.id,
      view: 'ask',
      dialog: undefined,
    });
  };

  return {
    /** Asks what is in the composer. Without a connection the question waits for it. */
    send() {
      const { draft, link } = store.get();
      if (draft.trim() === '') return;
      if (link === 'gone') store.set({ isDraftQueued: true });
      else ask(draft);
    },
    /** Asks the question that waited for the connection. */
    sendQueued() {
      const { draft, isDraftQueued } = store.get();
      if (isDraftQueued) ask(draft);
    },
    ask,
    /** Asks in a conversation of its own. */
    askNew: (question: string) => startThread('ask', question),
    search: (query: string) => startThread('search', query),
    type: live.type,
    closeLiveResults: live.close,
    setScope: (change: Partial<SearchScope>) =>
      store.set({ searchScope: { ...store.get().searchScope, ...change } }),
    showMoments: (
      change: Partial<Pick<State, 'momentFilter' | 'momentOrder' | 'expandedMoments' | 'shownVideos'>>,
    ) => store.set(change),
    /** Repeats the question. With `inspected`, the model also examines frames of the found clips. */
    repeat(inspected = false) {
      const { earlierTurns, turn } = store.get();
      if (turn === undefined) return;
      const { question, kind, similarTo } = turn;
      void runTurn(
        { question, kind, similarTo, isInspected: inspected && hasModel(store.get().status, 'captioner') },
        earlierTurns,
      );
    },
    like: (likeness: Likeness, name: string) =>
      runTurn({ kind: 'search', question: name, similarTo: likeness }, []),
    cancel: turns.cancel,
    clear,
    /** Opens a stored conversation. A search runs again, because its moments are not stored. */
    open,
    /** Opens a stored conversation by its id. Returns false if it is not stored. */
    openStored(threadId: string): boolean {
      const thread = store.get().history.find(({ id }) => id === threadId);
      if (thread !== undefined) open(thread);
      return thread !== undefined;
    },
    forgetHistory() {
      saveHistory([]);
      store.set({ announcement: 'History cleared.' });
    },
  };
}

export type AskActions = ReturnType<typeof createAskActions>;
