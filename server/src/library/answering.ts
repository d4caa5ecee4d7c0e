import type { Scope as WireScope } from '../../protocol/base.ts';
import { createAnswerQuestion } from '../answering/answer-question.ts';
import { createResolveQuestion } from '../answering/resolve-question.ts';
import { createConcurrencyLimit } from '../base/concurrency-limit.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { Log } from '../base/log.ts';
import type { GuardOutput } from '../base/output-guard.ts';
import type { Description } from '../core/domain/description.ts';
import type { Scope } from '../core/domain/search-result.ts';
import type { Settings } from '../core/domain/settings.ts';
import type { Uri } from '../core/domain/time-range.ts';
import { isWithin } from '../core/library/reconcile-file.ts';
import type { VideoCatalogue } from '../indexing/catalogue.ts';
import type { FolderWatcher } from '../indexing/folder-watcher.ts';
import type { Scheduler } from '../indexing/scheduler.ts';
import { type Library, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { createRerank } from '../search/rerank.ts';
import { createSearch } from '../search/search.ts';
import { createSemanticSearch } from '../search/semantic-search.ts';
import { createSimilarSearch } from '../search/similar-search.ts';
import type { FindChapters } from './chapter-finder.ts';
import { createDigestMethod } from './digest.ts';
import { withPageLinks } from './page-links.ts';
import { parseSearchScope } from './parse-scope.ts';
import { resolveSimilarityQuery } from './similarity-query.ts';

/** Sets the number of hits if the request names none. */
const DEFAULT_HITS = 10;
const MAX_RESULTS = 1000;
/** Limit the searches and questions that run at the same time. */
const MAX_PARALLEL_SEARCHES = 8;
const MAX_PARALLEL_ASKS = 4;
/**
 * Limits how long a request waits for a model, in ms. A search shows its lexical results at once. A question takes
 * longer anyway, so it can wait.
 */
const SEARCH_TIMEOUT_MS = 400;
const ASK_TIMEOUT_MS = 3_000;

/**
 * Creates `search`, `ask` and `digest`. Indexing starts no new job while a request runs. Afterwards it gives the videos found
 * priority.
 */
export function createAnswering(deps: {
  readonly store: Store;
  readonly catalogue: VideoCatalogue;
  readonly scheduler: Scheduler;
  readonly folders: FolderWatcher;
  readonly settings: () => Settings;
  readonly answerer: () => Answerer | undefined;
  readonly captioner: () => Captioner | undefined;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
  readonly reranker: () => Reranker | undefined;
  readonly media: Pick<Media, 'frames' | 'picture'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly findChapters: FindChapters;
  readonly guard: GuardOutput;
}): Pick<Library, 'search' | 'ask' | 'digest'> {
  const { store, catalogue, scheduler, folders, settings, log } = deps;
  const logSearch = (message: string) => log.info('search', { message });
  const semanticSearch = createSemanticSearch({ ...deps, log: logSearch });
  const models = { meaning: semanticSearch, rerank: createRerank(deps.reranker, logSearch) };
  const quickSearch = createSearch(store, catalogue, { ...models, patienceMs: SEARCH_TIMEOUT_MS });
  const thoroughSearch = createSearch(store, catalogue, { ...models, patienceMs: ASK_TIMEOUT_MS });
  const findSimilar = createSimilarSearch({ ...deps, search: quickSearch });
  // Clients run on this machine, so this is their time zone.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const saveSummary = (row: Description) => keepSummary(catalogue, row, log);
  const answerQuestion = createAnswerQuestion({
    store,
    catalogue,
    find: createResolveQuestion({ store, catalogue, search: thoroughSearch, now: deps.now, zone }),
    answerer: deps.answerer,
    captioner: deps.captioner,
    decoder: deps.media,
    maxWholeVideoMinutes: () => settings()['ask.wholeMinutes'],
    saveSummary,
    onModelFailure: (message) => log.warn('answerer', { message }),
  });
  /** Queues the requests. Thousands at once would each hold index rows in memory. */
  const runInTurn =
    (limit: ReturnType<typeof createConcurrencyLimit>, signal: AbortSignal) =>
    <T>(work: () => Promise<T>) =>
      scheduler.question(() =>
        limit(() => {
          signal.throwIfAborted();
          return work();
        }),
      );
  const assertIndexed = (scope: WireScope | undefined) => parseIndexedScope({ catalogue, folders }, scope);
  const [searchLimit, askLimit] = [
    createConcurrencyLimit(MAX_PARALLEL_SEARCHES),
    createConcurrencyLimit(MAX_PARALLEL_ASKS),
  ];
  return {
    digest: createDigestMethod({
      ...deps,
      saveSummary,
      parseScope: assertIndexed,
      runInTurn: (work, signal) => runInTurn(askLimit, signal)(work),
    }),
    search: ({ query, k, scope, image, like, confined }, signal) =>
      runInTurn(
        searchLimit,
        signal,
      )(async () => {
        const hitCount = parseCount(k, DEFAULT_HITS, false);
        const searchScope = { ...assertIndexed(scope), confined };
        const similarityQuery = await resolveSimilarityQuery({ image, like }, deps, signal);
        const findings = similarityQuery
          ? await findSimilar(similarityQuery, query, hitCount, searchScope, signal)
          : (await quickSearch(requireText(query, 'query'), hitCount, searchScope, signal)).rankedPlaces;
        const hits = findings.map(({ hit }) => hit);
        scheduler.boost(hits.slice(0, DEFAULT_HITS).map((hit) => hit.videoId));
        return { hits: withPageLinks(catalogue, hits) };
      }),
    ask: (
      { question, k, scope, inspect, ranges, options, conversation, answerer, confined },
      onDelta,
      signal,
    ) =>
      runInTurn(
        askLimit,
        signal,
      )(async () => {
        // All parts that are named are used.
        const clipCount = ranges ? ranges.length : parseCount(k, settings()['ask.clips'], true);
        for (const { uri } of ranges ?? []) assertIndexed({ uris: [uri] });
        const request = {
          question: requireText(question, 'question'),
          k: clipCount,
          scope: { ...assertIndexed(scope), confined },
          inspect,
          ranges,
          options,
          conversation,
          answerer,
        };
        const result = await answerQuestion(request, onDelta, signal);
        scheduler.boost(result.hits.slice(0, DEFAULT_HITS).map((hit) => hit.videoId));
        return {
          ...result,
          citations: withPageLinks(catalogue, result.citations),
          hits: withPageLinks(catalogue, result.hits),
        };
      }),
  };
}

/**
 * Parses a scope. Rejects one with a path that is not indexed: it is almost certainly a typo, and an empty result would
 * hide it.
 */
function parseIndexedScope(
  { catalogue, folders }: { readonly catalogue: VideoCatalogue; readonly folders: FolderWatcher },
  scope: WireScope | undefined,
): Scope {
  const unknownUri = scope?.uris?.find(
    (uri) =>
      catalogue.under(uri).length === 0 &&
      !folders.list().some(({ rule }) => isWithin(uri, rule.uri) || isWithin(rule.uri, uri)),
  );
  if (unknownUri === undefined) return parseSearchScope(scope);
  throw placeNotIndexed(unknownUri);
}

/** Creates the error for a folder or file in a scope that contains nothing indexed. */
export function placeNotIndexed(uri: Uri): RequestError {
  return new RequestError(
    'notFound',
    `${fileUriToDisplayPath(uri)} is not indexed.`,
    'Check the path. "goldfish folders" lists the watched folders.',
    uri,
  );
}

/**
 * Stores a summary. A failure is only logged, because the summary is written again when needed. The summary of a copy
 * that has been removed since is not stored.
 */
async function keepSummary(catalogue: VideoCatalogue, row: Description, log: Log): Promise<void> {
  const { videoId, uri } = row;
  await catalogue
    .change((view) => {
      const copy = view.copy(uri);
      if (copy?.videoId !== videoId || copy.forgotten) return undefined;
      return { descriptions: [{ videoId, uri, stage: 'summary', rows: [row] }] };
    })
    .catch((error: unknown) => log.warn('summary not kept', { uri, error: String(error) }));
}

function requireText(text: string, name: string): string {
  if (text.trim() !== '') return text;
  throw new RequestError('invalid', `The ${name} is empty.`, 'Enter a few words.');
}

function parseCount(k: number | undefined, defaultCount: number, allowsAll: boolean): number {
  if (k === undefined) return defaultCount;
  if (Number.isInteger(k) && ((k >= 1 && k <= MAX_RESULTS) || (allowsAll && k === -1))) return k;
  throw new RequestError(
    'invalid',
    `k cannot be ${k}.`,
    `Use a whole number from 1 to ${MAX_RESULTS}${allowsAll ? ', or -1 for all clips' : ''}.`,
  );
}
