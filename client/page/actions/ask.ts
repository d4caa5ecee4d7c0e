import type { AskDelta, AskParams, AskResult } from '../../../server/protocol/ask.ts';
import type { Scope } from '../../../server/protocol/base.ts';
import type { SearchParams } from '../../../server/protocol/search.ts';
import { RequestFailed } from '../connection.ts';
import { keptTurns, remember, turnsOf } from '../history.ts';
import { type KeptThread, type Likeness, type Narrowing, serves, type Turn } from '../state.ts';
import { type Session, troubleOf } from './session.ts';

/** Hits that a search lists. */
const RESULTS = 20;
/** Turns that a follow-up question carries, and characters of each answer. */
const CARRIED = 6;
const CARRIED_ANSWER = 2_000;

function scopeOf({ uri, from, to }: Narrowing): Scope | undefined {
  if (uri === undefined && from === '' && to === '') return undefined;
  return { uris: uri && [uri], recordedFrom: from || undefined, recordedTo: to || undefined } as Scope;
}

const likeOf = (likeness: Likeness): Pick<SearchParams, 'like' | 'image'> =>
  'clip' in likeness ? { like: likeness.clip } : { image: { data: likeness.picture } };

/** What a follow-up carries of the turns before it. */
function conversationOf(earlier: readonly Turn[]): AskParams['conversation'] {
  const told = earlier
    .filter(({ kind, text }) => kind === 'ask' && text !== '')
    .slice(-CARRIED)
    .map(({ question, text }) => ({ question, answer: text.slice(0, CARRIED_ANSWER) }));
  return told.length > 0 ? told : undefined;
}

/** Asks or searches, one at a time: what still runs is given up. */
export function createAsking(session: Session) {
  const { store, request, host } = session;
  let running: AbortController | undefined;

  const keep = (history: readonly KeptThread[]) => {
    store.set({ history });
    host.memory.save(history);
  };

  /** Runs a turn after those before it and shows it as it grows. */
  const run = async (
    asked: Pick<Turn, 'question' | 'kind' | 'likeness' | 'inspected'>,
    earlier: readonly Turn[],
  ) => {
    running?.abort();
    const stop = new AbortController();
    running = stop;
    const { narrowing, threadId } = store.get();
    const thread = earlier.length > 0 ? threadId : crypto.randomUUID();
    let turn: Turn = { ...asked, state: 'running', text: '' };
    const show = (change: Partial<Turn>) => {
      if (running !== stop) return;
      turn = { ...turn, ...change };
      store.set({ turn });
      if (turn.state === 'done')
        keep(remember(store.get().history, { id: thread, turns: keptTurns([...earlier, turn]) }));
    };
    store.set({ turn, earlier, threadId: thread, view: 'ask', said: '' });
    const scope = scopeOf(narrowing);
    const { signal } = stop;
    try {
      if (asked.kind === 'search') {
        const { likeness, question } = asked;
        const sought: SearchParams = { query: likeness ? '' : question, k: RESULTS, scope };
        const params = likeness ? { ...sought, ...likeOf(likeness) } : sought;
        const { hits } = await request('goldfish/search', params, { signal });
        return show({ state: 'done', result: { hits } });
      }
      const params: AskParams = {
        question: asked.question,
        scope,
        conversation: conversationOf(earlier),
        ...(asked.inspected && { inspect: true }),
      };
      const onPartial = (value: unknown) => show({ text: turn.text + (value as AskDelta).delta });
      const result: AskResult = await request('goldfish/ask', params, { signal, onPartial });
      show({ state: 'done', text: result.answer, result });
    } catch (error) {
      if (signal.aborted || (error instanceof RequestFailed && error.cancelled)) show({ state: 'cancelled' });
      else show({ state: 'failed', trouble: troubleOf(error) });
    }
  };

  const begin = (kind: Turn['kind'], typed: string) => {
    const question = typed.trim();
    return question === '' ? Promise.resolve() : run({ kind, question }, []);
  };

  return {
    ask: (question: string) => begin('ask', question),
    search: (query: string) => begin('search', query),
    /** Asks on in the same conversation. */
    followUp(typed: string) {
      const { earlier, turn } = store.get();
      const question = typed.trim();
      if (question === '' || turn === undefined) return;
      void run({ kind: 'ask', question }, [...earlier, turn]);
    },
    /** Asks the same again; `inspected`: with a look at the pictures of the found clips. */
    again(inspected = false) {
      const { earlier, turn } = store.get();
      if (turn === undefined) return;
      const { question, kind, likeness } = turn;
      void run(
        { question, kind, likeness, inspected: inspected && serves(store.get().status, 'captioner') },
        earlier,
      );
    },
    like: (likeness: Likeness, name: string) => run({ kind: 'search', question: name, likeness }, []),
    cancel: () => running?.abort(),
    clear() {
      running?.abort();
      running = undefined;
      store.set({ turn: undefined, earlier: [] });
    },
    /** Opens a conversation of the history. A search is made again: its moments are not kept. */
    open(thread: KeptThread) {
      running?.abort();
      running = undefined;
      const turns = turnsOf(thread);
      const turn = turns.at(-1);
      if (turn?.kind === 'search') return void begin('search', turn.question);
      store.set({ turn, earlier: turns.slice(0, -1), threadId: thread.id });
    },
    forgetHistory() {
      keep([]);
      store.set({ said: 'The history is cleared.' });
    },
  };
}

export type Asking = ReturnType<typeof createAsking>;
