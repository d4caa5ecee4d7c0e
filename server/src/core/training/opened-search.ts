import type { Hit } from '../domain/search-result.ts';
import type { Ms, Uri } from '../domain/time-range.ts';
import { hashText } from '../text/hash-text.ts';
import { type Split, type SplitShares, splitOf } from './training-row.ts';

/** A search and what a person opened of its hits. Texts are those that were shown. */
export interface OpenedSearch {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly query: string;
  readonly opened: string;
  /** Better hits that were passed over, best first. */
  readonly skipped: readonly string[];
}

/** A row of a data set for an embedder or a reranker. */
export interface SearchRow {
  readonly id: string;
  readonly query: string;
  readonly positive: string;
  readonly negatives: readonly string[];
}

/** Most hits before the opened one that count as passed over. */
const MAX_SKIPPED = 5;
/** Players start at a key frame, and people a little before a line. */
const EARLY_MS = 3_000;

/** Returns the text of a hit: what was said, seen or written there. '' if it was found by its picture alone. */
function toHitText({ evidence }: Hit): string {
  const texts = evidence
    .filter(({ kind }) => kind !== 'facts' && kind !== 'frame')
    .map(({ text }) => text.trim());
  return [...new Set(texts.filter(Boolean))].join('\n');
}

/** Returns what opening a moment says of a search, or undefined if none of its hits has text and holds the moment. */
export function findOpened(
  { query, hits, at }: { readonly query: string; readonly hits: readonly Hit[]; readonly at: number },
  uri: Uri,
  ms: Ms,
): OpenedSearch | undefined {
  const index = hits.findIndex((hit) => hit.uri === uri && hit.startMs - EARLY_MS <= ms && ms < hit.endMs);
  const hit = hits[index];
  if (hit === undefined) return undefined;
  const opened = toHitText(hit);
  if (opened === '') return undefined;
  const skipped = hits
    .slice(Math.max(0, index - MAX_SKIPPED), index)
    .map(toHitText)
    .filter((text) => text !== '' && text !== opened);
  return { at, query, opened, skipped };
}

const normaliseQuery = (query: string) => query.toLowerCase().replace(/\s+/g, ' ').trim();

/**
 * Returns one row for each query and what was opened after it, in the order in which they first occurred. A text that was
 * opened after a query at any time does not count as skipped.
 */
export function toSearchRows(searches: readonly OpenedSearch[]): readonly SearchRow[] {
  const byQuery = Map.groupBy(searches, ({ query }) => normaliseQuery(query));
  return [...byQuery].flatMap(([query, members]) => {
    const opened = new Set(members.map((member) => member.opened));
    const negatives = [...new Set(members.flatMap(({ skipped }) => skipped))].filter(
      (text) => !opened.has(text),
    );
    return [...opened].map((positive) => ({
      id: hashText(`search ${query} ${positive}`).slice(0, 16),
      query: members[0]?.query.trim() ?? query,
      positive,
      negatives,
    }));
  });
}

/** Returns the split of a search. It depends on the query alone, so the same one is never in two splits. */
export const splitOfSearch = ({ query }: SearchRow, shares: SplitShares): Split =>
  splitOf(`query ${normaliseQuery(query)}`, shares);
