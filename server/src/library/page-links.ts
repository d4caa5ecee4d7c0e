import { formatPageLink } from '../core/domain/page-link.ts';
import type { Citation, Hit } from '../core/domain/search-result.ts';
import type { CatalogueReader } from '../search/catalogue-reader.ts';

type Moment = Pick<Citation, 'uri' | 'startMs' | 'seekMs'>;

/** Adds to moments of downloaded videos where they are on their web pages. */
export function withPageLinks<T extends Citation | Hit>(
  catalogue: Pick<CatalogueReader, 'copy' | 'video'>,
  moments: readonly T[],
): readonly T[] {
  return moments.map((moment) => {
    const { uri, startMs, seekMs = startMs }: Moment = moment;
    const copy = catalogue.copy(uri);
    const pageUrl = copy && catalogue.video(copy.videoId)?.probe.pageUrl;
    const pageLink = pageUrl === undefined ? undefined : formatPageLink(pageUrl, seekMs);
    return pageLink === undefined ? moment : { ...moment, pageLink };
  });
}
