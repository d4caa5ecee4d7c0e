import type { Folder } from '../../server/protocol/folders.ts';
import type { VideoItem } from '../../server/protocol/videos.ts';
import type { LibraryState } from './state.ts';
import { formatTime, nameOf } from './text.ts';

export interface VideoGroup {
  /** Identifies the group: `2026-11`, or the path of a folder. */
  readonly key: string;
  readonly title: string;
  /** The title in the date scrubber. */
  readonly short: string;
  readonly detail: string;
  readonly videos: readonly VideoItem[];
}

const needsAttention = ({ state, notices }: VideoItem) =>
  state === 'failed' || state === 'offline' || (notices?.length ?? 0) > 0;

/** Returns the videos that the filter lets through, in the chosen order. Removed videos are left out. */
export function visibleVideos(
  videos: readonly VideoItem[],
  { filter, only, order }: LibraryState,
): readonly VideoItem[] {
  const words = filter.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const kept = videos.filter(
    (video) =>
      video.state !== 'forgotten' &&
      (only !== 'attention' || needsAttention(video)) &&
      (only !== 'noTranscript' || video.coverage?.speech === 'missing') &&
      words.every((word) => video.path.toLowerCase().includes(word)),
  );
  const compare: Readonly<Record<LibraryState['order'], (a: VideoItem, b: VideoItem) => number>> = {
    newest: (a, b) => b.recorded.localeCompare(a.recorded),
    name: (a, b) => nameOf(a.path).localeCompare(nameOf(b.path), undefined, { numeric: true }),
    longest: (a, b) => b.durationMs - a.durationMs,
  };
  return kept.toSorted(compare[order]);
}

function detailOf(videos: readonly VideoItem[]): string {
  const totalMs = videos.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const count = videos.length === 1 ? '1 video' : `${videos.length} videos`;
  return `${count}, ${formatTime(totalMs)}`;
}

/** Groups videos by month, newest month first, or by folder, in the order of their paths. */
export function groupVideos(
  videos: readonly VideoItem[],
  { group }: LibraryState,
  folders: readonly Folder[],
): readonly VideoGroup[] {
  const groups = Map.groupBy(videos, ({ recorded, path }) =>
    group === 'month'
      ? recorded.slice(0, 7)
      : path.slice(0, Math.max(0, path.length - nameOf(path).length - 1)),
  );
  const sorted = [...groups].toSorted(([a], [b]) =>
    group === 'month' ? b.localeCompare(a) : a.localeCompare(b),
  );
  return sorted.map(([key, members]) => ({
    key,
    videos: members,
    detail: detailOf(members),
    ...(group === 'month' ? monthTitle(key) : folderTitle(key, folders)),
  }));
}

function monthTitle(key: string): Pick<VideoGroup, 'title' | 'short'> {
  const date = new Date(`${key}-15T12:00:00Z`);
  if (Number.isNaN(date.getTime())) return { title: 'No date', short: '?' };
  return {
    title: date.toLocaleDateString(undefined, { month: 'long', year: 'numeric' }),
    short: date.toLocaleDateString(undefined, { month: 'short' }),
  };
}

/** Names a folder from the watched folder on: "Lectures / week 1". */
function folderTitle(path: string, folders: readonly Folder[]): Pick<VideoGroup, 'title' | 'short'> {
  const root = folders.find((folder) => path === folder.path || path.startsWith(`${folder.path}/`));
  if (root === undefined) return { title: nameOf(path), short: nameOf(path) };
  const below = path.slice(root.path.length).split('/').filter(Boolean);
  const title = [nameOf(root.path), ...below].join(' / ');
  return { title, short: title };
}
