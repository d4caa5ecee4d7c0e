import { createResolveQuestion } from '../../server/src/answering/resolve-question.ts';
import type { Scope } from '../../server/src/core/domain/search-result.ts';
import { toModelRevision } from '../../server/src/core/domain/vector.ts';
import { embedVideoFrames } from '../../server/src/indexing/stages/embed-frames.ts';
import { embedVideoText } from '../../server/src/indexing/stages/embed-text.ts';
import type { FrameEmbedder } from '../../server/src/ports/frame-embedder.ts';
import type { Reranker } from '../../server/src/ports/reranker.ts';
import type { TextEmbedder } from '../../server/src/ports/text-embedder.ts';
import { createRerank } from '../../server/src/search/rerank.ts';
import { createSearch } from '../../server/src/search/search.ts';
import { createSemanticSearch } from '../../server/src/search/semantic-search.ts';
import { createSimilarSearch, type SimilarityQuery } from '../../server/src/search/similar-search.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { plainPicture } from './embedder-contracts.ts';
import { answerWithoutModels, library, type Told } from './transcripts.ts';

type Colour = readonly [number, number, number];

/** A made-up video with the colour that is seen at a time. */
export interface Shown extends Told {
  readonly colourAt?: (timeMs: number) => Colour;
}

const atOnce = async () => {};
const never = new AbortController().signal;

/** Made-up videos indexed with models, and what searches and answers over them. */
export async function meantLibrary(
  shown: readonly Shown[],
  models: {
    readonly text?: TextEmbedder | undefined;
    readonly frame?: FrameEmbedder | undefined;
    readonly reranker?: Reranker | undefined;
    readonly patienceMs?: number;
    /** Answers in place of the one that indexed. */
    readonly asking?: TextEmbedder;
  },
) {
  const store = createMemoryStore();
  const base = await library(shown, store);
  const { text, frame, reranker, patienceMs = 5_000 } = models;
  for (const { uri, videoId } of base.catalogue.copies()) {
    const { colourAt } = shown.find((one) => (one.videoId ?? one.path) === videoId) ?? {};
    const clips = base.catalogue.video(videoId)?.clips ?? [];
    if (text)
      for (const place of ['', uri]) {
        const rows = await embedVideoText(
          { videoId, uri: place },
          { store, correctedStore: store, embedder: text, turn: atOnce },
          () => {},
          never,
        );
        await store.commit({
          vectors: [{ role: 'text', model: toModelRevision(text), videoId, uri: place, rows }],
        });
      }
    if (frame && colourAt) {
      const decoder = {
        async *frames(_uri: string, timesMs: readonly number[]) {
          for (const timeMs of timesMs) yield plainPicture(colourAt(timeMs), 8, timeMs);
        },
      };
      const ports = { decoder, embedder: frame, turn: atOnce };
      const rows = await embedVideoFrames({ videoId, uri, clips }, ports, () => {}, never);
      await store.commit({
        vectors: [{ role: 'frame', model: toModelRevision(frame), videoId, uri: '', rows }],
      });
    }
  }
  const logged: string[] = [];
  const log = (message: string) => logged.push(message);
  const asking = models.asking ?? text;
  const meaning = createSemanticSearch({
    store,
    textEmbedder: () => asking,
    frameEmbedder: () => frame,
    log,
  });
  const retrieve = createSearch(store, base.catalogue, {
    meaning,
    rerank: createRerank(() => reranker, log),
    patienceMs,
  });
  const alike = createSimilarSearch({
    store,
    catalogue: base.catalogue,
    search: retrieve,
    textEmbedder: () => asking,
    frameEmbedder: () => frame,
  });
  const find = createResolveQuestion({
    store,
    catalogue: base.catalogue,
    search: retrieve,
    now: () => 0,
    zone: 'UTC',
  });
  const ask = answerWithoutModels({ store, catalogue: base.catalogue, find });
  return {
    ...base,
    logged,
    meaning,
    retrieve,
    alike: async (like: SimilarityQuery, query = '', scope: Scope = {}, k = 10) =>
      (await alike(like, query, k, scope, never)).map(({ hit }) => hit),
    search: async (query: string, scope: Scope = {}, k = 10) =>
      (await retrieve(query, k, scope, never)).rankedPlaces.map(({ hit }) => hit),
    grounded: async (query: string) => (await retrieve(query, 10, {}, never)).grounded,
    ask: (question: string) => ask({ question, k: 3, scope: {} }, () => {}, never),
  };
}
