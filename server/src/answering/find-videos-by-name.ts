import type { Scope } from '../core/domain/search-result.ts';
import type { VideoFile } from '../core/domain/video.ts';
import { parseQuery } from '../core/query/query-parser.ts';
import { findNamedVideos, type NamedVideos } from '../core/query/video-names.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';
import { createScopeFilter } from '../search/scope-filter.ts';
import { videoNames } from './select-videos.ts';

/** Finds the videos of a scope that a question names; undefined if it names none. */
export function findVideosByName(
  catalogue: CatalogueReader,
  scope: Scope,
  question: string,
): NamedVideos<VideoFile> | undefined {
  const { copies } = createScopeFilter(catalogue, scope, parseQuery(question));
  const names = copies().flatMap((copy) =>
    videoNames(copy, catalogue.video(copy.videoId)).map((name) => ({ video: copy, name })),
  );
  return findNamedVideos(question, names);
}
