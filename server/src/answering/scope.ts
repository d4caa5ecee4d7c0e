import { plainText } from '../core/demands.ts';
import type { Scope } from '../core/hit.ts';
import type { Query } from '../core/query.ts';
import type { Uri } from '../core/range.ts';
import type { Copy } from '../core/video.ts';
import type { RowFilter } from '../ports/store.ts';
import type { Catalogue } from './catalogue.ts';
import { placeText } from './name-words.ts';

/** The copies that a scope and a query's operators leave. */
export interface Allowed {
  readonly filter: RowFilter;
  /** True where nothing narrows the copies. */
  readonly all: boolean;
  has(uri: Uri): boolean;
  /** Copies of a content that are allowed, in the catalogue's order. */
  copiesOf(videoId: string): readonly Copy[];
  copies(): readonly Copy[];
}

function inTime(copy: Copy, limits: readonly Pick<Scope, 'recordedFromMs' | 'recordedToMs'>[]): boolean {
  return limits.every(
    ({ recordedFromMs = Number.NEGATIVE_INFINITY, recordedToMs = Number.POSITIVE_INFINITY }) =>
      recordedFromMs <= copy.recordedMs && copy.recordedMs < recordedToMs,
  );
}

export function allowedBy(catalogue: Catalogue, scope: Scope, query: Query): Allowed {
  const uris = scope.uris && scope.uris.length > 0 ? scope.uris : undefined;
  const limits = [scope, query].filter(
    ({ recordedFromMs, recordedToMs }) => recordedFromMs !== undefined || recordedToMs !== undefined,
  );
  const places = query.places.map(plainText).filter((place) => place !== '');
  const live = (copy: Copy) => !copy.forgotten;
  if (!uris && limits.length === 0 && places.length === 0)
    return {
      filter: {},
      all: true,
      has: (uri) => catalogue.copy(uri)?.forgotten === false,
      copiesOf: (videoId) => catalogue.copiesOf(videoId).filter(live),
      copies: () => [...catalogue.copies()].filter(live),
    };
  const inPlace = (copy: Copy) => {
    if (places.length === 0) return true;
    const name = placeText(copy, catalogue.video(copy.videoId));
    return places.some((place) => name.includes(place));
  };
  const named = uris ? uris.flatMap((uri) => catalogue.under(uri)) : [...catalogue.copies()];
  // Each copy once: a scope may name a folder and a video in it.
  const allowed = new Map(
    named
      .filter((copy) => live(copy) && inTime(copy, limits) && inPlace(copy))
      .map((copy) => [copy.uri, copy]),
  );
  const copies = [...allowed.values()];
  return {
    filter: { videoIds: [...new Set(copies.map(({ videoId }) => videoId))], uris: [...allowed.keys()] },
    all: false,
    has: (uri) => allowed.has(uri),
    copiesOf: (videoId) => catalogue.copiesOf(videoId).filter(({ uri }) => allowed.has(uri)),
    copies: () => copies,
  };
}
