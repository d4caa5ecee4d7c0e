import type { Scope as WireScope } from '../../protocol/base.ts';
import { createAnswerQuestion } from '../answering/answer-question.ts';
import { createResolveQuestion } from '../answering/resolve-question.ts';
import { createConcurrencyLimit } from '../base/concurrency-limit.ts';
import { fileUriToDisplayPath } from '../base/file-uri.ts';
import type { Log } from '../base/log.ts';
import type { Description } from '../core/domain/description.ts';
import type { Settings } from '../core/domain/settings.ts';
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
import { parseSearchScope } from './parse-scope.ts';
import { resolveSimilarityQuery } from './similarity-query.ts';

/** Hits of a search that names no number. */
const DEFAULT_HITS = 10;
const MAX_RESULTS = 1000;
/** How many are worked on at a time. */
const MAX_PARALLEL_SEARCHES = 8;
const MAX_PARALLEL_ASKS = 4;
/** How long a model is waited for, ms: words answer a search at once, and whoever asks waits for an answer anyhow. */
const SEARCH_TIMEOUT_MS = 400;
const ASK_TIMEOUT_MS = 3_000;

/** Search and ask: indexing starts nothing new while a question is answered, and what was found is done first. */
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
}): Pick<Library, 'search' | 'ask'> {
  const { store, catalogue, scheduler, folders, settings, log } = deps;
  const logSearch = (message: string) => log.info('search', { message });
  const semanticSearch = createSemanticSearch({ ...deps, log: logSearch });
  const models = { meaning: semanticSearch, rerank: createRerank(deps.reranker, logSearch) };
  const quickSearch = createSearch(store, catalogue, { ...models, patienceMs: SEARCH_TIMEOUT_MS });
  const thoroughSearch = createSearch(store, catalogue, { ...models, patienceMs: ASK_TIMEOUT_MS });
  const findSimilar = createSimilarSearch({ ...deps, search: quickSearch });
  // The clients' zone: they run on this machine.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answerQuestion = createAnswerQuestion({
    store,
    catalogue,
    find: createResolveQuestion({ store, catalogue, search: thoroughSearch, now: deps.now, zone }),
    answerer: deps.answerer,
    captioner: deps.captioner,
    decoder: deps.media,
    maxWholeVideoMinutes: () => settings()['ask.wholeMinutes'],
    saveSummary: (row) => keepSummary(catalogue, row, log),
    onModelFailure: (message) => log.warn('answerer', { message }),
  });
  /** Each in its turn: thousands asked at once would each hold rows of the index in memory. */
  const runInTurn =
    (limit: ReturnType<typeof createConcurrencyLimit>, signal: AbortSignal) =>
    <T>(work: () => Promise<T>) =>
      scheduler.question(() =>
        limit(() => {
          signal.throwIfAborted();
          return work();
        }),
      );
  /** A place that is not indexed at all is a slip of the hand, and no empty result. */
  const assertIndexed = (scope: WireScope | undefined) => {
    const unknownUri = scope?.uris?.find(
      (uri) =>
        catalogue.under(uri).length === 0 &&
        !folders.list().some(({ rule }) => isWithin(uri, rule.uri) || isWithin(rule.uri, uri)),
    );
    if (unknownUri === undefined) return parseSearchScope(scope);
    throw new RequestError(
      'notFound',
      `Nothing in ${fileUriToDisplayPath(unknownUri)} is indexed.`,
      'Check the path; "goldfish folders" lists what is watched.',
      unknownUri,
    );
  };
  const [searchLimit, askLimit] = [
    createConcurrencyLimit(MAX_PARALLEL_SEARCHES),
    createConcurrencyLimit(MAX_PARALLEL_ASKS),
  ];
  return {
    search: ({ query, k, scope, image, like }, signal) =>
      runInTurn(
        searchLimit,
        signal,
      )(async () => {
        const hitCount = parseCount(k, DEFAULT_HITS, false);
        const searchScope = assertIndexed(scope);
        const similarityQuery = await resolveSimilarityQuery({ image, like }, deps, signal);
        const findings = similarityQuery
          ? await findSimilar(similarityQuery, query, hitCount, searchScope, signal)
          : (await quickSearch(requireText(query, 'query'), hitCount, searchScope, signal)).rankedPlaces;
        const hits = findings.map(({ hit }) => hit);
        scheduler.boost(hits.slice(0, DEFAULT_HITS).map((hit) => hit.videoId));
        return { hits };
      }),
    ask: ({ question, k, scope, inspect, conversation, answerer }, onDelta, signal) =>
      runInTurn(
        askLimit,
        signal,
      )(async () => {
        const clipCount = parseCount(k, settings()['ask.clips'], true);
        const request = {
          question: requireText(question, 'question'),
          k: clipCount,
          scope: assertIndexed(scope),
          inspect,
          conversation,
          answerer,
        };
        const result = await answerQuestion(request, onDelta, signal);
        scheduler.boost(result.hits.slice(0, DEFAULT_HITS).map((hit) => hit.videoId));
        return result;
      }),
  };
}

/** A summary that cannot be kept is only made anew the next time; one of a copy that has gone since is not kept. */
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
  throw new RequestError('invalid', `The ${name} is empty.`, 'Say in a few words what to look for.');
}

function parseCount(k: number | undefined, defaultCount: number, allowsAll: boolean): number {
  if (k === undefined) return defaultCount;
  if (Number.isInteger(k) && ((k >= 1 && k <= MAX_RESULTS) || (allowsAll && k === -1))) return k;
  throw new RequestError(
    'invalid',
    `k is ${k}.`,
    `Give a whole number from 1 to ${MAX_RESULTS}${allowsAll ? ', or -1 for all clips' : ''}.`,
  );
}
