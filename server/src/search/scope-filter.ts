import type { Scope } from '../core/domain/search-result.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { VideoFile } from '../core/domain/video.ts';
import type { Query } from '../core/query/query-parser.ts';
import { toComparableText } from '../core/ranking/query-filter.ts';
import type { RowFilter } from '../ports/store.ts';
import type { CatalogueReader } from './catalogue-reader.ts';
import { placeText } from './name-words.ts';

/** Selects the copies allowed by a scope and a query's operators. */
export interface ScopeFilter {
  readonly filter: RowFilter;
  /** True if nothing restricts the copies. */
  readonly allowsAll: boolean;
  has(uri: Uri): boolean;
  /** Returns the allowed copies of a content, in the catalogue's order. */
  copiesOf(videoId: string): readonly VideoFile[];
  copies(): readonly VideoFile[];
}

function isRecordedWithin(
  copy: VideoFile,
  limits: readonly Pick<Scope, 'recordedFromMs' | 'recordedToMs'>[],
): boolean {
  return limits.every(
    ({ recordedFromMs = Number.NEGATIVE_INFINITY, recordedToMs = Number.POSITIVE_INFINITY }) =>
      recordedFromMs <= copy.recordedMs && copy.recordedMs < recordedToMs,
  );
}

export function createScopeFilter(catalogue: CatalogueReader, scope: Scope, query: Query): ScopeFilter {
  const uris = scope.uris && scope.uris.length > 0 ? scope.uris : undefined;
  const limits = [scope, query].filter(
    ({ recordedFromMs, recordedToMs }) => recordedFromMs !== undefined || recordedToMs !== undefined,
  );
  const places = query.pathParts.map(toComparableText).filter((place) => place !== '');
  const isActive = (copy: VideoFile) => !copy.forgotten;
  if (!uris && limits.length === 0 && places.length === 0)
    return {
      filter: {},
      allowsAll: true,
      has: (uri) => catalogue.copy(uri)?.forgotten === false,
      copiesOf: (videoId) => catalogue.copiesOf(videoId).filter(isActive),
      copies: () => [...catalogue.copies()].filter(isActive),
    };
  const matchesPlace = (copy: VideoFile) => {
    if (places.length === 0) return true;
    const name = placeText(copy, catalogue.video(copy.videoId));
    return places.some((place) => name.includes(place));
  };
  const scopedFiles = uris ? uris.flatMap((uri) => catalogue.under(uri)) : [...catalogue.copies()];
  // Keeps each copy once, because a scope may name a folder and a video in it.
  const allowedFiles = new Map(
    scopedFiles
      .filter((copy) => isActive(copy) && isRecordedWithin(copy, limits) && matchesPlace(copy))
      .map((copy) => [copy.uri, copy]),
  );
  const copies = [...allowedFiles.values()];
  return {
    filter: { videoIds: [...new Set(copies.map(({ videoId }) => videoId))], uris: [...allowedFiles.keys()] },
    allowsAll: false,
    has: (uri) => allowedFiles.has(uri),
    copiesOf: (videoId) => catalogue.copiesOf(videoId).filter(({ uri }) => allowedFiles.has(uri)),
    copies: () => copies,
  };
}
