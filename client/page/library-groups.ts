import type { Folder } from '../../server/protocol/folders.ts';
import type { VideoItem } from '../../server/protocol/videos.ts';
import { rememberLast } from './remember-last.ts';
import type { LibraryState } from './state.ts';
import { formatTime, nameOf } from './text.ts';

export interface VideoGroup {
  /** Identifies the group: `2026-11`, or the path of a folder. */
  readonly key: string;
  readonly title: string;
  /** The title in the date scrubber, and the year of a month. */
  readonly short: string;
  readonly year: string;
  readonly detail: string;
  readonly videos: readonly VideoItem[];
}

const needsAttention = ({ state, notices }: VideoItem) =>
  state === 'failed' || state === 'offline' || (notices?.length ?? 0) > 0;

const names = new Intl.Collator(undefined, { numeric: true });
/** Compares ISO dates, newest first. They are plain ASCII, so no collation is needed. */
const byDate = (a: VideoItem, b: VideoItem) =>
  a.recorded === b.recorded ? 0 : a.recorded < b.recorded ? 1 : -1;

const COMPARE: Readonly<Record<LibraryState['order'], (a: VideoItem, b: VideoItem) => number>> = {
  newest: byDate,
  name: (a, b) => names.compare(nameOf(a.path), nameOf(b.path)),
  longest: (a, b) => b.durationMs - a.durationMs,
};

/** Returns the newest videos. */
export const newestVideos = rememberLast(
  (videos: readonly VideoItem[], count: number): readonly VideoItem[] =>
    videos
      .filter(({ state, durationMs }) => durationMs > 0 && !['forgotten', 'offline'].includes(state))
      .toSorted(byDate)
      .slice(0, count),
);

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
  return kept.toSorted(COMPARE[order]);
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
    group === 'month' ? (a < b ? 1 : -1) : names.compare(a, b),
  );
  return sorted.map(([key, members]) => ({
    key,
    videos: members,
    detail: detailOf(members),
    year: group === 'month' ? key.slice(0, 4) : '',
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

/** The library as the page shows it: the groups, and how many videos the filters would show. */
export interface ArrangedLibrary {
  readonly groups: readonly VideoGroup[];
  /** All videos shown, in the order of the page. */
  readonly shown: readonly VideoItem[];
  readonly attention: number;
  readonly noTranscript: number;
}

const arrange = rememberLast(
  (
    videos: readonly VideoItem[],
    folders: readonly Folder[],
    filter: string,
    group: LibraryState['group'],
    order: LibraryState['order'],
    only: LibraryState['only'],
  ): ArrangedLibrary => {
    const view: LibraryState = { filter, group, order, only, selected: [] };
    const groups = groupVideos(visibleVideos(videos, view), view, folders);
    const count = (other: LibraryState['only']) =>
      visibleVideos(videos, { ...view, filter: '', only: other }).length;
    return {
      groups,
      shown: groups.flatMap((members) => members.videos),
      attention: count('attention'),
      noTranscript: count('noTranscript'),
    };
  },
);

/** Arranges the library. The same videos, folders and filters give the same object. */
export const arrangeLibrary = (
  videos: readonly VideoItem[],
  folders: readonly Folder[],
  { filter, group, order, only }: LibraryState,
): ArrangedLibrary => arrange(videos, folders, filter, group, order, only);
