import { yieldToEventLoop } from '../../base/yield-to-event-loop.ts';

/** Maximum number of contents read by one query: their rows are in memory together. */
const MAX_GROUP = 64;

type OfContent = { readonly videoId: string };

interface PendingGroup<T> {
  readonly videoIds: Set<string>;
  readonly rows: Promise<ReadonlyMap<string, readonly T[]>>;
}

/**
 * Reads rows by content. Calls of one turn of the event loop go into one query, which costs little more than a query
 * for one content.
 */
export function createGroupedRead<T extends OfContent>(
  read: (videoIds: ReadonlySet<string>) => Promise<readonly T[]>,
): (videoId: string) => Promise<readonly T[]> {
  let pending: PendingGroup<T> | undefined;

  function startGroup(): PendingGroup<T> {
    const videoIds = new Set<string>();
    const rows = yieldToEventLoop().then(async () => {
      if (pending?.videoIds === videoIds) pending = undefined;
      return Map.groupBy(await read(videoIds), ({ videoId }) => videoId);
    });
    return { videoIds, rows };
  }

  return async (videoId) => {
    if (pending === undefined || pending.videoIds.size >= MAX_GROUP) pending = startGroup();
    const group = pending;
    group.videoIds.add(videoId);
    return (await group.rows).get(videoId) ?? [];
  };
}
