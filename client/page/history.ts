import type { Citation } from '../../server/protocol/ask.ts';
import type { ChatTurn, StoredThread, StoredTurn } from './state.ts';

/** Limit the stored conversations, and the characters stored of each answer and quote. */
const MAX_HISTORY_THREADS = 30;
const MAX_ANSWER_CHARS = 10_000;
const MAX_QUOTE_CHARS = 300;

/** Converts turns for storage. Leaves out turns without a result and similarity searches. */
export function toStoredTurns(turns: readonly ChatTurn[]): readonly StoredTurn[] {
  return turns
    .filter(({ state, similarTo }) => (state === 'done' || state === 'kept') && similarTo === undefined)
    .map(({ question, kind, text, result }) => ({
      question,
      kind,
      text: text.slice(0, MAX_ANSWER_CHARS),
      grounded: result?.grounded ?? false,
      citations: (result?.citations ?? []).map((citation) => ({
        ...citation,
        quote: citation.quote.slice(0, MAX_QUOTE_CHARS),
      })),
    }));
}

/** Puts a conversation first in the history. Replaces an earlier conversation that only asked the same question. */
export function addToHistory(
  history: readonly StoredThread[],
  thread: StoredThread,
): readonly StoredThread[] {
  if (thread.turns.length === 0) return history;
  const [first] = thread.turns;
  const isSameThread = ({ id, turns }: StoredThread) =>
    id === thread.id ||
    (turns.length === 1 && turns[0]?.question === first?.question && turns[0]?.kind === first?.kind);
  return [thread, ...history.filter((storedThread) => !isSameThread(storedThread))].slice(
    0,
    MAX_HISTORY_THREADS,
  );
}

/** Restores the turns of a stored conversation, so that it can be shown and continued. */
export function restoreTurns({ turns }: StoredThread): readonly ChatTurn[] {
  return turns.map(({ question, kind, text, grounded, citations }) => ({
    question,
    kind,
    text,
    state: 'kept',
    result: { grounded, citations },
  }));
}

/** Parses the stored history. Drops invalid entries, because other code can write to the same storage. */
export function parseHistory(storedValue: unknown): readonly StoredThread[] {
  if (!Array.isArray(storedValue)) return [];
  return storedValue.slice(0, MAX_HISTORY_THREADS).flatMap((thread: unknown): readonly StoredThread[] => {
    if (!isRecord(thread) || typeof thread.id !== 'string' || !Array.isArray(thread.turns)) return [];
    const turns = thread.turns.flatMap(parseTurn);
    return turns.length === 0 ? [] : [{ id: thread.id, turns }];
  });
}

function parseTurn(storedValue: unknown): readonly StoredTurn[] {
  if (!isRecord(storedValue)) return [];
  const { question, kind, text, grounded, citations } = storedValue;
  if (typeof question !== 'string' || typeof text !== 'string') return [];
  if ((kind !== 'ask' && kind !== 'search') || !Array.isArray(citations)) return [];
  return [{ question, kind, text, grounded: grounded === true, citations: citations.filter(isCitation) }];
}

function isCitation(storedValue: unknown): storedValue is Citation {
  if (!isRecord(storedValue)) return false;
  const { n, startMs, endMs, uri, link, quote, clipId } = storedValue;
  return (
    [n, startMs, endMs].every((value) => typeof value === 'number') &&
    [uri, link, quote, clipId].every((value) => typeof value === 'string')
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
