import { mixSuggestions, suggestQuestions } from '../suggestions.ts';
import type { Session } from './session.ts';

/** How many suggestions are shown, and from how many videos they are taken. */
const SHOWN = 4;
const MAX_VIDEOS = 6;

/** Reads the newest videos and shows questions that they answer. A question without an answer is not suggested. */
export async function loadSuggestions({ request, store }: Session): Promise<void> {
  const newest = (store.get().videos ?? [])
    .filter(({ state }) => state === 'done')
    .toSorted((a, b) => b.recorded.localeCompare(a.recorded))
    .slice(0, MAX_VIDEOS);
  try {
    const details = await Promise.all(newest.map(({ uri }) => request('goldfish/video', { uri })));
    const candidates = mixSuggestions(details.map(suggestQuestions), SHOWN * 2);
    const found = await Promise.all(
      candidates.map(async (suggestion) => {
        const { hits } = await request('goldfish/search', { query: suggestion.question, k: 1 });
        return hits[0] !== undefined && !hits[0].weak ? [suggestion] : [];
      }),
    );
    store.set({ suggestions: found.flat().slice(0, SHOWN) });
  } catch {
    // The start works without suggestions.
  }
}
