import { fileUriToPath } from '../../base/file-uri.ts';
import type { Client } from '../../daemon/connect.ts';

const PAGE = 1000;

export interface LibraryVideo {
  readonly uri: string;
  readonly path: string;
  /** Id of the content. */
  readonly content: string;
}

/** Lists the videos of a library. A name that is not UTF-8 cannot stand in a JSON file, and is left out. */
export async function readLibraryVideos(
  client: Client,
  signal: AbortSignal,
): Promise<readonly LibraryVideo[]> {
  const videos: LibraryVideo[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const page = await client.request('goldfish/videos', { offset, limit: PAGE }, { signal });
    for (const { uri, videoId } of page.videos) {
      const path = fileUriToPath(uri);
      if (typeof path === 'string') videos.push({ uri, path, content: videoId });
    }
    if (offset + PAGE >= page.total) return videos;
  }
}
