import { toClipId } from '../core/domain/clip-id.ts';
import type { Scope } from '../core/domain/search-result.ts';
import { overlapMs, type TimeRange, type Uri } from '../core/domain/time-range.ts';
import { toModelRevision, type VectorKind, type VectorSpace } from '../core/domain/vector.ts';
import { orderLines } from '../core/language/lines.ts';
import { parseQuery, type Query } from '../core/query/query-parser.ts';
import { analyseQuestion } from '../core/query/question-analysis.ts';
import type { ScoredPassage } from '../core/ranking/bm25-rescore.ts';
import { chooseSpan, type VectorMatch } from '../core/ranking/fusion.ts';
import { mergeOverlapping } from '../core/ranking/merge-overlapping.ts';
import { createLineFilter } from '../core/ranking/query-filter.ts';
import type { Picture } from '../ports/decoder.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { RowFilter, Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import { type RankedPlace, toRankedPlaces } from './build-hits.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { mergeSemantic } from './hybrid-search.ts';
import { toImageMatches } from './image-hits.ts';
import { createScopeFilter } from './scope-filter.ts';
import type { Search } from './search.ts';

/** Names what to find similar places for: an external picture, or a clip of a copy. */
export type SimilarityQuery =
  | { readonly picture: Picture; readonly embedder: FrameEmbedder }
  | { readonly videoId: string; readonly uri: Uri; readonly clip: TimeRange };

export interface SimilarSearchDeps {
  readonly store: Store;
  readonly catalogue: CatalogueReader;
  /** Searches by words if no model has embedded the clip. */
  readonly search: Search;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
}

/**
 * Finds the `k` places most similar to a picture or a clip, without that clip itself. If `query` contains
 * words or operators, only matching places count. Rejects with ModelUnavailableError if a picture cannot be
 * embedded, and with the signal's reason.
 */
export type FindSimilar = (
  similarTo: SimilarityQuery,
  query: string,
  k: number,
  scope: Scope,
  signal: AbortSignal,
) => Promise<readonly RankedPlace[]>;

/** Maximum number of places that may match the words of the query. */
const MAX_TEXT_MATCHES = 1_000;
/** Number of nearest vectors for each vector of the clip. */
const MAX_NEAREST_PER_VECTOR = 100;
/** Maximum length of a clip's text used as a query, in characters. */
const MAX_QUERY_CHARS = 400;

interface QueryVector {
  readonly space: VectorSpace;
  readonly kind: VectorKind;
  readonly vector: Float32Array;
}

/** Finds places similar to any of the vectors, each with its highest similarity. */
async function findNearest(
  store: Store,
  queryVectors: readonly QueryVector[],
  filter: RowFilter,
  signal: AbortSignal,
): Promise<readonly VectorMatch[]> {
  const matches = await Promise.all(
    queryVectors.map(({ space, kind, vector }) =>
      store.nearest(space, vector, MAX_NEAREST_PER_VECTOR, { ...filter, kinds: [kind] }, signal),
    ),
  );
  const bestById = new Map<string, VectorMatch>();
  for (const { row, similarity } of matches.flat()) {
    const { id, vector: _vector, ...place } = row;
    if (similarity <= (bestById.get(id)?.strength ?? 0)) continue;
    bestById.set(id, { ...place, strength: Math.min(1, similarity), answerable: false });
  }
  return [...bestById.values()];
}

/**
 * Rebuilds the exclusion (`-word`) and `speaker:` operators of a query as text. `in:`, `before:` and `after:`
 * are left out: the scope filter has applied them already.
 */
function toOperators({ excludedTexts, speakers }: Query): string {
  const toQuoted = (text: string) => `"${text.replaceAll(/["“”„«»]/g, ' ')}"`;
  return [
    ...excludedTexts.map((text) => `-${toQuoted(text)}`),
    ...speakers.map((name) => `speaker:${toQuoted(name)}`),
  ].join(' ');
}

export function createSimilarSearch(deps: SimilarSearchDeps): FindSimilar {
  const { store, catalogue, search, textEmbedder, frameEmbedder } = deps;

  /** Reads the vectors of a clip in a space. */
  async function readClipVectors(
    space: VectorSpace,
    { videoId, uri, clip }: { readonly videoId: string; readonly uri: Uri; readonly clip: TimeRange },
  ): Promise<readonly QueryVector[]> {
    const rows = await Promise.all(
      [...new Set(['', uri])].map((rowUri) => store.vectors(space, videoId, rowUri)),
    );
    return rows
      .flat()
      .filter((row) => overlapMs(row, clip) > 0)
      .map(({ kind, vector }) => ({ space, kind, vector }));
  }

  async function toQueryVectors(
    similarTo: SimilarityQuery,
    { kinds = [] }: Scope,
    signal: AbortSignal,
  ): Promise<readonly QueryVector[]> {
    if ('picture' in similarTo) {
      const { picture, embedder } = similarTo;
      const space = { role: 'frame', model: toModelRevision(embedder) } as const;
      const [vector] = await embedder.embedPictures([picture], signal);
      return vector ? [{ space, kind: 'frame', vector }] : [];
    }
    const [frameModel, textModel] = [frameEmbedder(), textEmbedder()];
    const usesFrames = kinds.length === 0 || kinds.includes('frame');
    const frameVectors =
      frameModel && usesFrames
        ? await readClipVectors({ role: 'frame', model: toModelRevision(frameModel) }, similarTo)
        : [];
    if (frameVectors.length > 0) return frameVectors;
    const textVectors = textModel
      ? await readClipVectors({ role: 'text', model: toModelRevision(textModel) }, similarTo)
      : [];
    return textVectors.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  }

  /** Returns the text of a clip as search words. */
  async function clipText({
    videoId,
    uri,
    clip,
  }: Exclude<SimilarityQuery, { readonly picture: Picture }>): Promise<string> {
    const rows = await store.descriptions(videoId, uri, ['caption', 'cues', 'transcribe', 'screenText']);
    const lines = orderLines(rows.flatMap((row) => row.lines)).filter((line) => overlapMs(line, clip) > 0);
    const captions = lines.filter(({ kind }) => kind === 'caption');
    const text = [...captions, ...lines.filter(({ kind }) => kind !== 'caption')]
      .map((line) => line.text)
      .join(' ');
    // Removes punctuation, so that nothing is mistaken for an operator.
    return text
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
      .slice(0, MAX_QUERY_CHARS)
      .trim();
  }

  return async (similarTo, input, k, scope, signal) => {
    signal.throwIfAborted();
    const query = parseQuery(input);
    const scopeFilter = createScopeFilter(catalogue, scope, query);
    const isQueryClip = (place: { readonly videoId: string } & TimeRange) =>
      'clip' in similarTo && place.videoId === similarTo.videoId && overlapMs(place, similarTo.clip) > 0;
    const textMatches =
      query.text === '' ? undefined : (await search(input, MAX_TEXT_MATCHES, scope, signal)).rankedPlaces;
    const allowedClips = textMatches && new Set(textMatches.map(({ hit }) => hit.clipId));
    const queryVectors = await toQueryVectors(similarTo, scope, signal);
    if (queryVectors.length === 0) {
      if ('picture' in similarTo) return [];
      const queryText = await clipText(similarTo);
      if (queryText === '') return [];
      const { rankedPlaces } = await search(
        `${queryText} ${toOperators(query)}`,
        MAX_TEXT_MATCHES,
        scope,
        signal,
      );
      return rankedPlaces
        .filter(
          ({ hit }) =>
            !isQueryClip(hit) && scopeFilter.has(hit.uri) && (allowedClips?.has(hit.clipId) ?? true),
        )
        .slice(0, k);
    }
    const nearest = (await findNearest(store, queryVectors, scopeFilter.filter, signal)).filter((place) => {
      const range = { startMs: place.startMs, endMs: place.endMs };
      return !isQueryClip({ videoId: place.videoId, ...range });
    });
    const question = analyseQuestion('', []);
    const locate = (hit: ScoredPassage) => chooseSpan(hit, undefined, true);
    const hits = await mergeSemantic(store, {
      query: { ...query, text: '', requiredClauses: [] },
      question,
      languages: [],
      names: new Map(),
      keep: createLineFilter(query, scope.kinds),
      words: [],
      vectorMatches: nearest.filter(({ kind }) => kind !== 'frame'),
      imageMatches: toImageMatches(
        catalogue,
        nearest.filter(({ kind }) => kind === 'frame'),
      ),
      locate,
    });
    const places = mergeOverlapping(hits, Number.POSITIVE_INFINITY, locate);
    const locatedPlaces = places.flatMap((place) => {
      const copies = scopeFilter.copiesOf(place.videoId);
      const copy = place.uri === '' ? copies[0] : copies.find(({ uri }) => uri === place.uri);
      return copy && !isQueryClip(place) ? [{ place, copy, names: [] }] : [];
    });
    return toRankedPlaces(catalogue, question, locatedPlaces)
      .filter(({ hit }) => allowedClips?.has(toClipId(hit.videoId, hit.clip)) ?? true)
      .slice(0, k);
  };
}
