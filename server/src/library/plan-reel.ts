import type { ReelResult } from '../../protocol/reel.ts';
import { formatMediaLink } from '../core/domain/media-link.ts';
import { hasPictures } from '../core/domain/video.ts';
import { chooseReel } from '../core/ranking/choose-reel.ts';
import { type Library, type LibraryReelRequest, RequestError } from '../library.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

const DEFAULT_LENGTH_MS = 60_000;
/** Number of hits that are looked at. */
const MAX_CANDIDATES = 200;

/** Chooses the moments of a reel. Rejects with RequestError if nothing is found. */
export async function planReel(
  { catalogue, search }: { readonly catalogue: CatalogueReader; readonly search: Library['search'] },
  { query, lengthMs = DEFAULT_LENGTH_MS, scope, confined }: LibraryReelRequest,
  signal: AbortSignal,
): Promise<ReelResult> {
  const { hits } = await search({ query, k: MAX_CANDIDATES, scope, confined }, signal);
  const candidates = hits.flatMap((hit) => {
    const copy = catalogue.copy(hit.uri);
    const probe = copy && catalogue.video(copy.videoId)?.probe;
    if (hit.weak || copy === undefined || probe === undefined) return [];
    return [
      { hit, recordedMs: copy.recordedMs, durationMs: probe.durationMs, hasPictures: hasPictures(probe) },
    ];
  });
  // A file cannot hold moments with and without pictures.
  const wanted = candidates[0]?.hasPictures;
  const moments = chooseReel(
    candidates.filter((candidate) => candidate.hasPictures === wanted),
    lengthMs,
  );
  if (moments.length === 0)
    throw new RequestError(
      'notFound',
      `Nothing was found for "${query}".`,
      'Try other words, or other videos.',
    );
  return {
    moments: moments.map((moment) => ({
      ...moment,
      path: catalogue.copy(moment.uri)?.path ?? '',
      link: formatMediaLink(moment.uri, moment),
    })),
    durationMs: moments.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
  };
}
