import type { AskDelta } from '../../../server/protocol/ask.ts';
import type { Scope } from '../../../server/protocol/base.ts';
import { RequestFailed } from '../connection.ts';
import type { Narrowing, Turn } from '../state.ts';
import { type Session, troubleOf } from './session.ts';

const HISTORY = 20;
/** Hits that a search lists. */
const RESULTS = 20;

function scopeOf({ uri, from, to }: Narrowing): Scope | undefined {
  if (uri === undefined && from === '' && to === '') return undefined;
  return { uris: uri && [uri], recordedFrom: from || undefined, recordedTo: to || undefined } as Scope;
}

/** Asks or searches, one at a time: what still runs is given up. */
export function createAsking(session: Session) {
  const { store, request } = session;
  let running: AbortController | undefined;

  const run = async (kind: Turn['kind'], typed: string) => {
    const question = typed.trim();
    if (question === '') return;
    running?.abort();
    const asked = new AbortController();
    running = asked;
    const { history, narrowing } = store.get();
    let turn: Turn = { question, kind, state: 'running', text: '' };
    const show = (change: Partial<Turn>) => {
      if (running !== asked) return;
      turn = { ...turn, ...change };
      store.set({ turn });
    };
    store.set({ turn, history: [question, ...history.filter((one) => one !== question)].slice(0, HISTORY) });
    const scope = scopeOf(narrowing);
    const signal = asked.signal;
    try {
      if (kind === 'search') {
        const { hits } = await request('goldfish/search', { query: question, k: RESULTS, scope }, { signal });
        return show({ state: 'done', result: { hits } });
      }
      const onPartial = (value: unknown) => show({ text: turn.text + (value as AskDelta).delta });
      const result = await request('goldfish/ask', { question, scope }, { signal, onPartial });
      show({ state: 'done', text: result.answer, result });
    } catch (error) {
      if (signal.aborted || (error instanceof RequestFailed && error.cancelled)) show({ state: 'cancelled' });
      else show({ state: 'failed', trouble: troubleOf(error) });
    }
  };

  return {
    ask: (question: string) => run('ask', question),
    search: (query: string) => run('search', query),
    cancel: () => running?.abort(),
    clear() {
      running?.abort();
      running = undefined;
      store.set({ turn: undefined });
    },
  };
}

export type Asking = ReturnType<typeof createAsking>;
