import type { Citation } from '../../server/protocol/ask.ts';
import type { KeptThread, KeptTurn, Turn } from './state.ts';

/** Conversations that are kept, and the length of what is kept of each answer and quote, characters. */
const MOST = 30;
const LONGEST_ANSWER = 10_000;
const LONGEST_QUOTE = 300;

/** What is kept of turns; those that brought nothing and what was searched by a likeness are not. */
export function keptTurns(turns: readonly Turn[]): readonly KeptTurn[] {
  return turns
    .filter(({ state, likeness }) => (state === 'done' || state === 'kept') && likeness === undefined)
    .map(({ question, kind, text, result }) => ({
      question,
      kind,
      text: text.slice(0, LONGEST_ANSWER),
      grounded: result?.grounded ?? false,
      citations: (result?.citations ?? []).map((one) => ({
        ...one,
        quote: one.quote.slice(0, LONGEST_QUOTE),
      })),
    }));
}

/** The history with a conversation in front; the same question asked alone before gives way. */
export function remember(history: readonly KeptThread[], thread: KeptThread): readonly KeptThread[] {
  if (thread.turns.length === 0) return history;
  const [first] = thread.turns;
  const same = ({ id, turns }: KeptThread) =>
    id === thread.id ||
    (turns.length === 1 && turns[0]?.question === first?.question && turns[0]?.kind === first?.kind);
  return [thread, ...history.filter((one) => !same(one))].slice(0, MOST);
}

/** Turns of a conversation of the history, to be shown and gone on with. */
export function turnsOf({ turns }: KeptThread): readonly Turn[] {
  return turns.map(({ question, kind, text, grounded, citations }) => ({
    question,
    kind,
    text,
    state: 'kept',
    result: { grounded, citations },
  }));
}

/** The history as it was stored; what does not look like one is left out, for anybody may have written there. */
export function historyFrom(stored: unknown): readonly KeptThread[] {
  if (!Array.isArray(stored)) return [];
  return stored.slice(0, MOST).flatMap((thread: unknown): readonly KeptThread[] => {
    if (!isRecord(thread) || typeof thread.id !== 'string' || !Array.isArray(thread.turns)) return [];
    const turns = thread.turns.flatMap(turnFrom);
    return turns.length === 0 ? [] : [{ id: thread.id, turns }];
  });
}

function turnFrom(stored: unknown): readonly KeptTurn[] {
  if (!isRecord(stored)) return [];
  const { question, kind, text, grounded, citations } = stored;
  if (typeof question !== 'string' || typeof text !== 'string') return [];
  if ((kind !== 'ask' && kind !== 'search') || !Array.isArray(citations)) return [];
  return [{ question, kind, text, grounded: grounded === true, citations: citations.filter(isCitation) }];
}

function isCitation(stored: unknown): stored is Citation {
  if (!isRecord(stored)) return false;
  const { n, startMs, endMs, uri, link, quote, clipId } = stored;
  return (
    [n, startMs, endMs].every((value) => typeof value === 'number') &&
    [uri, link, quote, clipId].every((value) => typeof value === 'string')
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
