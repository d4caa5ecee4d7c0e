import type { AskDelta, AskParams, AskResult } from '../../../server/protocol/ask.ts';
import type { Scope } from '../../../server/protocol/base.ts';
import type { SearchParams } from '../../../server/protocol/search.ts';
import { RequestFailedError } from '../connection.ts';
import { addToHistory, restoreTurns, toStoredTurns } from '../history.ts';
import { type ChatTurn, hasModel, type Likeness, type SearchScope, type StoredThread } from '../state.ts';
import { type Session, toProblem } from './session.ts';

/** Limits the hits of a search. */
const MAX_RESULTS = 20;
/** Limit the earlier turns sent with a follow-up question, and the characters of each answer. */
const MAX_CARRIED_TURNS = 6;
const MAX_CARRIED_ANSWER_CHARS = 2_000;

function toScope({ uri, from, to }: SearchScope): Scope | undefined {
  if (uri === undefined && from === '' && to === '') return undefined;
  return { uris: uri && [uri], recordedFrom: from || undefined, recordedTo: to || undefined } as Scope;
}

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

/** Creates the actions for asking and searching. Each request cancels the previous one. */
export function createAskActions(session: Session) {
  const { store, request, host } = session;
  let runningRequest: AbortController | undefined;

  const saveHistory = (history: readonly StoredThread[]) => {
    store.set({ history });
    host.memory.save(history);
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
    const targetThreadId = earlierTurns.length > 0 ? threadId : crypto.randomUUID();
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
    store.set({ turn, earlierTurns, threadId: targetThreadId, view: 'ask', announcement: '' });
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
      const onPartial = (value: unknown) => showTurn({ text: turn.text + (value as AskDelta).delta });
      const result: AskResult = await request('goldfish/ask', params, { signal, onPartial });
      showTurn({ state: 'done', text: result.answer, result });
    } catch (error) {
      if (signal.aborted || (error instanceof RequestFailedError && error.cancelled))
        showTurn({ state: 'cancelled' });
      else showTurn({ state: 'failed', problem: toProblem(error) });
    }
  };

  const startThread = (kind: ChatTurn['kind'], input: string) => {
    const question = input.trim();
    return question === '' ? Promise.resolve() : runTurn({ kind, question }, []);
  };

  return {
    ask: (question: string) => startThread('ask', question),
    search: (query: string) => startThread('search', query),
    /** Asks a follow-up question in the same conversation. */
    followUp(input: string) {
      const { earlierTurns, turn } = store.get();
      const question = input.trim();
      if (question === '' || turn === undefined) return;
      void runTurn({ kind: 'ask', question }, [...earlierTurns, turn]);
    },
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
    cancel: () => runningRequest?.abort(),
    clear() {
      runningRequest?.abort();
      runningRequest = undefined;
      store.set({ turn: undefined, earlierTurns: [] });
    },
    /** Opens a stored conversation. A search runs again, because its moments are not stored. */
    open(thread: StoredThread) {
      runningRequest?.abort();
      runningRequest = undefined;
      const turns = restoreTurns(thread);
      const turn = turns.at(-1);
      if (turn?.kind === 'search') return void startThread('search', turn.question);
      store.set({ turn, earlierTurns: turns.slice(0, -1), threadId: thread.id });
    },
    forgetHistory() {
      saveHistory([]);
      store.set({ announcement: 'History cleared.' });
    },
  };
}

export type AskActions = ReturnType<typeof createAskActions>;
