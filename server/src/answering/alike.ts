import { clipIdOf } from '../core/clipId.ts';
import { lineFilter } from '../core/demands.ts';
import { type Near, placeIn } from '../core/fuse.ts';
import type { Scope } from '../core/hit.ts';
import { orderLines } from '../core/lines.ts';
import { parseQuery, type Query } from '../core/query.ts';
import { analyseQuestion } from '../core/question.ts';
import { overlapMs, type TimeRange, type Uri } from '../core/range.ts';
import type { Scored } from '../core/rescore.ts';
import { spread } from '../core/spread.ts';
import { modelOf, type VectorKind, type VectorSpace } from '../core/vector.ts';
import type { Picture } from '../ports/decoder.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { RowFilter, Store } from '../ports/store.ts';
import type { TextEmbedder } from '../ports/text-embedder.ts';
import type { Catalogue } from './catalogue.ts';
import { type Finding, findingsOf } from './hits.ts';
import { looksOf } from './looks.ts';
import { withMeaning } from './meant.ts';
import type { Retrieve } from './retrieve.ts';
import { allowedBy } from './scope.ts';

/** What places are to be like: a picture from elsewhere, or a Clip of a copy. */
export type Likeness =
  | { readonly picture: Picture; readonly embedder: FrameEmbedder }
  | { readonly videoId: string; readonly uri: Uri; readonly clip: TimeRange };

export interface AlikeParts {
  readonly store: Store;
  readonly catalogue: Catalogue;
  /** Finds by words where no model has looked at a Clip. */
  readonly retrieve: Retrieve;
  readonly textEmbedder: () => TextEmbedder | undefined;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
}

/**
 * Finds the `k` places most like a picture or a Clip, which is not among them; of those alone that `query` lets
 * through, and finds, where it holds words. Rejects with UnavailableError where a picture cannot be looked at, and
 * with the signal's reason.
 */
export type FindAlike = (
  like: Likeness,
  query: string,
  k: number,
  scope: Scope,
  signal: AbortSignal,
) => Promise<readonly Finding[]>;

/** Places that words must be found in, where some are asked for too. */
const MOST_WORDED = 1_000;
/** Nearest pieces for each piece of the Clip. */
const NEAREST = 100;
/** Words of a Clip that are searched for, characters. */
const MOST_CHARACTERS = 400;

interface Wanted {
  readonly space: VectorSpace;
  readonly kind: VectorKind;
  readonly vector: Float32Array;
}

/** Places near to any of some vectors, each with its greatest similarity. */
async function nearTo(
  store: Store,
  wanted: readonly Wanted[],
  filter: RowFilter,
  signal: AbortSignal,
): Promise<readonly Near[]> {
  const found = await Promise.all(
    wanted.map(({ space, kind, vector }) =>
      store.nearest(space, vector, NEAREST, { ...filter, kinds: [kind] }, signal),
    ),
  );
  const best = new Map<string, Near>();
  for (const { row, similarity } of found.flat()) {
    const { id, vector: _vector, ...place } = row;
    if (similarity <= (best.get(id)?.strength ?? 0)) continue;
    best.set(id, { ...place, strength: Math.min(1, similarity), sure: false });
  }
  return [...best.values()];
}

/** What a query leaves out and whose words it wants, as operators; its places and dates are held by who is allowed. */
function narrowing({ excluded, speakers }: Query): string {
  const quoted = (text: string) => `"${text.replaceAll(/["“”„«»]/g, ' ')}"`;
  return [
    ...excluded.map((text) => `-${quoted(text)}`),
    ...speakers.map((name) => `speaker:${quoted(name)}`),
  ].join(' ');
}

export function createAlike(parts: AlikeParts): FindAlike {
  const { store, catalogue, retrieve, textEmbedder, frameEmbedder } = parts;

  /** Vectors of a Clip in a space. */
  async function vectorsOf(
    space: VectorSpace,
    { videoId, uri, clip }: { readonly videoId: string; readonly uri: Uri; readonly clip: TimeRange },
  ): Promise<readonly Wanted[]> {
    const rows = await Promise.all(
      [...new Set(['', uri])].map((place) => store.vectors(space, videoId, place)),
    );
    return rows
      .flat()
      .filter((row) => overlapMs(row, clip) > 0)
      .map(({ kind, vector }) => ({ space, kind, vector }));
  }

  async function wantedOf(
    like: Likeness,
    { kinds = [] }: Scope,
    signal: AbortSignal,
  ): Promise<readonly Wanted[]> {
    if ('picture' in like) {
      const { picture, embedder } = like;
      const space = { role: 'frame', model: modelOf(embedder) } as const;
      const [vector] = await embedder.embedPictures([picture], signal);
      return vector ? [{ space, kind: 'frame', vector }] : [];
    }
    const [eye, reader] = [frameEmbedder(), textEmbedder()];
    const seen = kinds.length === 0 || kinds.includes('frame');
    const looks = eye && seen ? await vectorsOf({ role: 'frame', model: modelOf(eye) }, like) : [];
    if (looks.length > 0) return looks;
    const meanings = reader ? await vectorsOf({ role: 'text', model: modelOf(reader) }, like) : [];
    return meanings.filter(({ kind }) => kinds.length === 0 || kinds.includes(kind));
  }

  /** What is told in a Clip, as words to search for. */
  async function wordsOf({
    videoId,
    uri,
    clip,
  }: Exclude<Likeness, { readonly picture: Picture }>): Promise<string> {
    const rows = await store.descriptions(videoId, uri, ['caption', 'cues', 'transcribe', 'screenText']);
    const lines = orderLines(rows.flatMap((row) => row.lines)).filter((line) => overlapMs(line, clip) > 0);
    const captions = lines.filter(({ kind }) => kind === 'caption');
    const text = [...captions, ...lines.filter(({ kind }) => kind !== 'caption')]
      .map((line) => line.text)
      .join(' ');
    // No sign of it may be taken for an operator.
    return text
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
      .slice(0, MOST_CHARACTERS)
      .trim();
  }

  return async (like, input, k, scope, signal) => {
    signal.throwIfAborted();
    const query = parseQuery(input);
    const allowed = allowedBy(catalogue, scope, query);
    const itself = (place: { readonly videoId: string } & TimeRange) =>
      'clip' in like && place.videoId === like.videoId && overlapMs(place, like.clip) > 0;
    const worded =
      query.text === '' ? undefined : (await retrieve(input, MOST_WORDED, scope, signal)).findings;
    const clips = worded && new Set(worded.map(({ hit }) => hit.clipId));
    const wanted = await wantedOf(like, scope, signal);
    if (wanted.length === 0) {
      if ('picture' in like) return [];
      const words = await wordsOf(like);
      if (words === '') return [];
      const { findings } = await retrieve(`${words} ${narrowing(query)}`, MOST_WORDED, scope, signal);
      return findings
        .filter(({ hit }) => !itself(hit) && allowed.has(hit.uri) && (clips?.has(hit.clipId) ?? true))
        .slice(0, k);
    }
    const near = (await nearTo(store, wanted, allowed.filter, signal)).filter((place) => {
      const range = { startMs: place.startMs, endMs: place.endMs };
      return !itself({ videoId: place.videoId, ...range });
    });
    const question = analyseQuestion('', []);
    const locate = (hit: Scored) => placeIn(hit, undefined, true);
    const hits = await withMeaning(store, {
      query: { ...query, text: '', demands: [] },
      question,
      languages: [],
      names: new Map(),
      keep: lineFilter(query, scope.kinds),
      words: [],
      near: near.filter(({ kind }) => kind !== 'frame'),
      looks: looksOf(
        catalogue,
        near.filter(({ kind }) => kind === 'frame'),
      ),
      locate,
    });
    const places = spread(hits, Number.POSITIVE_INFINITY, locate);
    const located = places.flatMap((place) => {
      const copies = allowed.copiesOf(place.videoId);
      const copy = place.uri === '' ? copies[0] : copies.find(({ uri }) => uri === place.uri);
      return copy && !itself(place) ? [{ place, copy, names: [] }] : [];
    });
    return findingsOf(catalogue, question, located)
      .filter(({ hit }) => clips?.has(clipIdOf(hit.videoId, hit.clip)) ?? true)
      .slice(0, k);
  };
}
