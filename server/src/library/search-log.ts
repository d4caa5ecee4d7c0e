import type { TrainingSearchesParams, TrainingSearchesResult } from '../../protocol/training.ts';
import { createNewFolder } from '../base/new-folder.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { Hit } from '../core/domain/search-result.ts';
import type { Ms, Uri } from '../core/domain/time-range.ts';
import { hashText } from '../core/text/hash-text.ts';
import { findOpened, splitOfSearch, toSearchRows } from '../core/training/opened-search.ts';
import { DEFAULT_SPLIT, type Split } from '../core/training/training-row.ts';
import { RequestError } from '../library.ts';
import type { SearchBook } from '../ports/search-book.ts';
import { assertMayWrite, outputPath, rethrowOutput } from './output.ts';

/** A click this long after a search has another reason, ms. */
const MAX_AGE_MS = 10 * 60_000;
/** Searches that are remembered until a hit is opened. */
const MAX_RECENT = 20;
const DATA_SET_VERSION = 1;

/** Connects what is opened with the search that found it. */
export interface SearchLog {
  /** Remembers the hits of a search or a question, in memory. */
  shown(query: string, hits: readonly Hit[]): void;
  opened(uri: Uri, ms: Ms): Promise<void>;
}

/** Creates a log that keeps nothing, not even in memory, unless `isOn`. `now`: milliseconds since 1970. */
export function createSearchLog(book: SearchBook, isOn: () => boolean, now: () => number): SearchLog {
  let recent: { readonly query: string; readonly hits: readonly Hit[]; readonly at: number }[] = [];
  /** Playing goes on in many reports; a moment counts once for each search. */
  const counted = new WeakMap<object, Set<string>>();
  return {
    shown(query, hits) {
      if (!isOn()) recent = [];
      else if (query.trim() !== '' && hits.length > 0)
        recent = [{ query, hits, at: now() }, ...recent].slice(0, MAX_RECENT);
    },
    async opened(uri, ms) {
      if (!isOn()) return;
      // The last search that found the moment led to it.
      for (const search of recent) {
        if (now() - search.at > MAX_AGE_MS) continue;
        const opened = findOpened(search, uri, ms);
        if (opened === undefined) continue;
        const known = counted.get(search) ?? new Set();
        counted.set(search, known);
        if (known.has(opened.opened)) return;
        known.add(opened.opened);
        await book.add(opened);
        return;
      }
    },
  };
}

/** Writes a data set of searches that led to a click. */
export async function exportSearches(
  { folder: uri, split: shares = DEFAULT_SPLIT }: TrainingSearchesParams,
  { book, guard }: { readonly book: SearchBook; readonly guard: GuardOutput },
): Promise<TrainingSearchesResult> {
  const rows = toSearchRows(await book.read());
  if (rows.length === 0)
    throw new RequestError(
      'notFound',
      'No search that led to a click is kept.',
      'Run "goldfish settings set search.log true", and search and open hits for a while.',
    );
  await assertMayWrite(guard, `${uri.replace(/\/$/, '')}/dataset.json`);
  const folder = await createNewFolder(outputPath(uri)).catch(rethrowOutput(uri));
  const bySplit = Map.groupBy(rows, (row) => splitOfSearch(row, shares));
  const splits: Record<Split, number> = { train: 0, validation: 0, test: 0 };
  const write = (name: string, text: string) => folder.write(name, text).catch(rethrowOutput(uri));
  let digest = '';
  for (const split of ['train', 'validation', 'test'] as const) {
    const text = (bySplit.get(split) ?? []).map((row) => `${JSON.stringify(row)}\n`).join('');
    await write(`${split}.jsonl`, text);
    splits[split] = bySplit.get(split)?.length ?? 0;
    digest = hashText(digest + text);
  }
  const index = { version: DATA_SET_VERSION, kind: 'searches', shares, digest, rows: rows.length, splits };
  await write('dataset.json', `${JSON.stringify(index, undefined, 1)}\n`);
  return { path: folder.path, rows: rows.length, splits };
}
