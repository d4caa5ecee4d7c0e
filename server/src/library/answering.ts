import type { Scope as WireScope } from '../../protocol/base.ts';
import { createAlike } from '../answering/alike.ts';
import { createModelAsk } from '../answering/answerWithModel.ts';
import { createFind } from '../answering/find.ts';
import { createMeaning } from '../answering/meaning.ts';
import { createRerank } from '../answering/rerank.ts';
import { createRetrieve } from '../answering/retrieve.ts';
import { showFileUri } from '../base/file-uri.ts';
import { gate } from '../base/gate.ts';
import type { Log } from '../base/log.ts';
import type { Description } from '../core/description.ts';
import { isWithin } from '../core/reconcile.ts';
import type { Settings } from '../core/settings.ts';
import type { Catalogue } from '../indexing/catalogue.ts';
import type { Folders } from '../indexing/folders.ts';
import type { Scheduler } from '../indexing/scheduler.ts';
import { type Library, RequestError } from '../library.ts';
import type { Answerer } from '../ports/answerer.ts';
import type { Captioner } from '../ports/captioner.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { Reranker } from '../ports/reranker.ts';
import type { Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { likenessOf } from './likeness.ts';
import { scopeOf } from './scope.ts';

/** Hits of a search that names no number. */
const HITS = 10;
const MOST = 1000;
/** How many are worked on at a time. */
const SEARCHES = 8;
const ASKS = 4;
/** How long a model is waited for, ms: words answer a search at once, and whoever asks waits for an answer anyhow. */
const SEARCH_PATIENCE_MS = 400;
const ASK_PATIENCE_MS = 3_000;

/** Search and ask: indexing starts nothing new while a question is answered, and what was found is done first. */
export function createAnswering(shelf: {
  readonly store: Store;
  readonly catalogue: Catalogue;
  readonly scheduler: Scheduler;
  readonly folders: Folders;
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
  const { store, catalogue, scheduler, folders, settings, log } = shelf;
  const note = (message: string) => log.info('search', { message });
  const meaning = createMeaning({ ...shelf, log: note });
  const models = { meaning, rerank: createRerank(shelf.reranker, note) };
  const retrieve = createRetrieve(store, catalogue, { ...models, patienceMs: SEARCH_PATIENCE_MS });
  const patient = createRetrieve(store, catalogue, { ...models, patienceMs: ASK_PATIENCE_MS });
  const alike = createAlike({ ...shelf, retrieve });
  // The clients' zone: they run on this machine.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const answer = createModelAsk({
    store,
    catalogue,
    find: createFind({ store, catalogue, retrieve: patient, now: shelf.now, zone }),
    answerer: shelf.answerer,
    captioner: shelf.captioner,
    decoder: shelf.media,
    wholeMinutes: () => settings()['ask.wholeMinutes'],
    keep: (row) => keepSummary(catalogue, row, log),
    onTrouble: (message) => log.warn('answerer', { message }),
  });
  /** Each in its turn: thousands asked at once would each hold rows of the index in memory. */
  const turn =
    (turns: ReturnType<typeof gate>, signal: AbortSignal) =>
    <T>(work: () => Promise<T>) =>
      scheduler.question(() =>
        turns(() => {
          signal.throwIfAborted();
          return work();
        }),
      );
  /** A place that is not indexed at all is a slip of the hand, and no empty result. */
  const known = (scope: WireScope | undefined) => {
    const strange = scope?.uris?.find(
      (uri) =>
        catalogue.under(uri).length === 0 &&
        !folders.list().some(({ rule }) => isWithin(uri, rule.uri) || isWithin(rule.uri, uri)),
    );
    if (strange === undefined) return scopeOf(scope);
    throw new RequestError(
      'notFound',
      `Nothing in ${showFileUri(strange)} is indexed.`,
      'Check the path; "goldfish folders" lists what is watched.',
      strange,
    );
  };
  const [searches, asks] = [gate(SEARCHES), gate(ASKS)];
  return {
    search: ({ query, k, scope, image, like }, signal) =>
      turn(
        searches,
        signal,
      )(async () => {
        const wanted = countOf(k, HITS, false);
        const within = known(scope);
        const likeness = await likenessOf({ image, like }, shelf, signal);
        const findings = likeness
          ? await alike(likeness, query, wanted, within, signal)
          : (await retrieve(textOf(query, 'query'), wanted, within, signal)).findings;
        const hits = findings.map(({ hit }) => hit);
        scheduler.boost(hits.slice(0, HITS).map((hit) => hit.videoId));
        return { hits };
      }),
    ask: ({ question, k, scope, inspect, conversation, answerer }, onDelta, signal) =>
      turn(
        asks,
        signal,
      )(async () => {
        const wanted = countOf(k, settings()['ask.clips'], true);
        const asked = {
          question: textOf(question, 'question'),
          k: wanted,
          scope: known(scope),
          inspect,
          conversation,
          answerer,
        };
        const result = await answer(asked, onDelta, signal);
        scheduler.boost(result.hits.slice(0, HITS).map((hit) => hit.videoId));
        return result;
      }),
  };
}

/** A summary that cannot be kept is only made anew the next time; one of a copy that has gone since is not kept. */
async function keepSummary(catalogue: Catalogue, row: Description, log: Log): Promise<void> {
  const { videoId, uri } = row;
  await catalogue
    .change((view) => {
      const copy = view.copy(uri);
      if (copy?.videoId !== videoId || copy.forgotten) return undefined;
      return { descriptions: [{ videoId, uri, stage: 'summary', rows: [row] }] };
    })
    .catch((error: unknown) => log.warn('summary not kept', { uri, error: String(error) }));
}

function textOf(text: string, name: string): string {
  if (text.trim() !== '') return text;
  throw new RequestError('invalid', `The ${name} is empty.`, 'Say in a few words what to look for.');
}

function countOf(k: number | undefined, usual: number, all: boolean): number {
  if (k === undefined) return usual;
  if (Number.isInteger(k) && ((k >= 1 && k <= MOST) || (all && k === -1))) return k;
  throw new RequestError(
    'invalid',
    `k is ${k}.`,
    `Give a whole number from 1 to ${MOST}${all ? ', or -1 for all clips' : ''}.`,
  );
}
