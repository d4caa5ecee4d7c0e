import type { SearchParams } from '../../protocol/search.ts';
import { parseClipId } from '../core/domain/clip-id.ts';
import { findClipAt } from '../core/pipeline/group-lines-by-clip.ts';
import type { CatalogueView } from '../indexing/catalogue.ts';
import { RequestError } from '../library.ts';
import type { FrameEmbedder } from '../ports/frame-embedder.ts';
import type { Media } from '../ports/media.ts';
import type { SimilarityQuery } from '../search/similar-search.ts';

interface SimilarityDeps {
  readonly catalogue: CatalogueView;
  readonly media: Pick<Media, 'picture'>;
  readonly frameEmbedder: () => FrameEmbedder | undefined;
}

/** Resolves the image or moment of a similarity search. Returns undefined for a text search. */
export async function resolveSimilarityQuery(
  { image, like }: Pick<SearchParams, 'image' | 'like'>,
  { catalogue, media, frameEmbedder }: SimilarityDeps,
  signal: AbortSignal,
): Promise<SimilarityQuery | undefined> {
  if (image !== undefined && like !== undefined)
    throw new RequestError('invalid', 'image and like cannot be combined.', 'Give only one of them.');
  if (image !== undefined) {
    const embedder = frameEmbedder();
    if (embedder === undefined)
      throw new RequestError(
        'unavailable',
        'Image search needs a model, and none is in use.',
        'Run "goldfish models pull --defaults", or choose a model in the setting models.frameEmbedder.',
      );
    const bytes = new Uint8Array(Buffer.from(image.data, 'base64'));
    const box = { width: embedder.framePx, height: embedder.framePx };
    return { picture: await media.picture(bytes, box, signal), embedder };
  }
  if (like === undefined) return undefined;
  const clipKey = parseClipId(like.clipId);
  const copies =
    clipKey === undefined ? [] : catalogue.copiesOf(clipKey.videoId).filter((copy) => !copy.forgotten);
  const copy = like.uri === undefined ? copies[0] : copies.find(({ uri }) => uri === like.uri);
  const clip = clipKey && findClipAt(catalogue.video(clipKey.videoId)?.clips ?? [], clipKey);
  if (copy === undefined || clip === undefined)
    throw new RequestError(
      'notFound',
      `Clip ${like.clipId} is not in the index.`,
      'Search again. Search results contain the current clip ids.',
      like.uri,
    );
  return { videoId: copy.videoId, uri: copy.uri, clip };
}
