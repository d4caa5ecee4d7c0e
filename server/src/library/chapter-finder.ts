import { runInSlices } from '../base/slices.ts';
import type { Description } from '../core/domain/description.ts';
import type { Uri } from '../core/domain/time-range.ts';
import type { Chapter, VideoRecord } from '../core/domain/video.ts';
import { detectChapters } from '../core/generation/detect-chapters.ts';
import { hashText } from '../core/text/hash-text.ts';

/** Returns the chapters of a video: those of its file, or else automatic ones from its rows. */
export type FindChapters = (
  uri: Uri,
  record: VideoRecord | undefined,
  rows: readonly Description[],
) => Promise<readonly Chapter[]>;

/** Number of videos whose automatic chapters are remembered. Those of an hour of speech take about 0.2 s to find. */
const MAX_REMEMBERED_VIDEOS = 50;

const neverAborted = new AbortController().signal;

/** Creates a function that finds chapters, and finds them again only if the text of the video has changed. */
export function createChapterFinder(): FindChapters {
  const remembered = new Map<
    Uri,
    { readonly fingerprint: string; readonly chapters: Promise<readonly Chapter[]> }
  >();
  return async (uri, record, rows) => {
    if (record === undefined) return [];
    const { chapters: fileChapters, durationMs } = record.probe;
    if (fileChapters.length > 0) return fileChapters;
    const lines = rows.flatMap((row) => row.lines);
    const cutsMs = rows.flatMap(({ facts }) => facts?.cutsMs ?? []).sort((a, b) => a - b);
    const fingerprint = hashText(JSON.stringify([durationMs, cutsMs, lines]));
    const last = remembered.get(uri);
    remembered.delete(uri);
    const entry =
      last?.fingerprint === fingerprint
        ? last
        : { fingerprint, chapters: runInSlices(detectChapters({ lines, cutsMs, durationMs }), neverAborted) };
    remembered.set(uri, entry);
    const [oldest] = remembered.keys();
    if (remembered.size > MAX_REMEMBERED_VIDEOS && oldest !== undefined) remembered.delete(oldest);
    return entry.chapters;
  };
}
