import type { Uri } from '../../../server/protocol/base.ts';
import type { Suggestion } from '../state.ts';
import { mixSuggestions, suggestQuestions } from '../suggestions.ts';
import type { Session } from './session.ts';

/** How many suggestions are shown, and from how many videos they are taken. */
const SHOWN = 4;
const SHOWN_AFTER = 3;
const MAX_VIDEOS = 6;

/** Reads the newest videos and shows questions that they answer. A question without an answer is not suggested. */
export async function loadSuggestions({ request, store }: Session): Promise<void> {
  const newest = (store.get().videos ?? [])
    .filter(({ state }) => state === 'done')
    .toSorted((a, b) => b.recorded.localeCompare(a.recorded))
    .slice(0, MAX_VIDEOS);
  try {
    const uris = newest.map(({ uri }) => uri);
    store.set({ suggestions: await findSuggestions(request, uris, SHOWN, () => true) });
  } catch {
    // The start works without suggestions.
  }
}

/** Shows questions that the cited videos suggest. Those of this conversation are left out. */
export async function loadFollowUps({ request, store }: Session): Promise<void> {
  const { turn, earlierTurns } = store.get();
  if (turn?.result?.citations === undefined) return;
  const asked = [...earlierTurns, turn].map(({ question }) => wordsOf(question));
  const uris = [...new Set(turn.result.citations.map(({ uri }) => uri))].slice(0, MAX_VIDEOS);
  try {
    const isNew = ({ question }: Suggestion) => !asked.includes(wordsOf(question));
    const followUps = await findSuggestions(request, uris, SHOWN_AFTER, isNew);
    if (store.get().turn === turn) store.set({ followUps });
  } catch {
    // An answer works without them.
  }
}

/** Returns the words of a question, to compare two: a sentence in a video may begin with "So". */
const wordsOf = (question: string) =>
  question
    .toLowerCase()
    .replace(/^(?:so|and|but|now|well)\b/, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** Reads videos and returns questions that they answer: each is searched first. */
async function findSuggestions(
  request: Session['request'],
  uris: readonly Uri[],
  count: number,
  isWanted: (suggestion: Suggestion) => boolean,
): Promise<readonly Suggestion[]> {
  const details = await Promise.all(uris.map((uri) => request('goldfish/video', { uri })));
  const wanted = details.map((video) => suggestQuestions(video).filter(isWanted));
  const found = await Promise.all(
    mixSuggestions(wanted, count * 2).map(async (suggestion) => {
      const { hits } = await request('goldfish/search', { query: suggestion.question, k: 1 });
      return hits[0] !== undefined && !hits[0].weak ? [suggestion] : [];
    }),
  );
  return found.flat().slice(0, count);
}
