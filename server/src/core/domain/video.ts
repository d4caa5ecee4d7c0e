import type { Chapter, Stream } from '../../../protocol/videos.ts';
import type { MediaFailure } from '../errors/media-failure.ts';
import type { Stage } from './stage.ts';
import type { Ms, TimeRange, Uri } from './time-range.ts';
import type { ScreenState } from './video-analysis.ts';

export type { Chapter };

/** A track as a stage needs it: the protocol leaves out how the container numbers it and what kind of text it is. */
export interface StreamInfo extends Stream {
  readonly index: number;
  /** A subtitle stream of text, not pictures; its `kind` in WebVTT's words where the container says. */
  readonly textual?: boolean;
  readonly describes?: boolean;
}

/** What the container tells, without decoding. All times count from the first shown moment. */
export interface MediaProbe {
  readonly container: string;
  readonly durationMs: Ms;
  readonly streams: readonly StreamInfo[];
  readonly chapters: readonly Chapter[];
  readonly title?: string;
  /** ISO 8601. */
  readonly recorded?: string;
  readonly device?: string;
}

/** Finds the track of a kind that is read: the chosen one, or the first if an older probe did not say. */
export function findTrack<T extends Pick<StreamInfo, 'kind' | 'chosen'>>(
  streams: readonly T[],
  kind: 'video' | 'audio',
): T | undefined {
  const tracks = streams.filter((stream) => stream.kind === kind);
  return tracks.find(({ chosen }) => chosen) ?? tracks[0];
}

/** One copy of a Video: a path, with all that belongs to the path and not to the content. */
export interface VideoFile {
  readonly uri: Uri;
  /** For display; characters that are not UTF-8 are replaced. */
  readonly path: string;
  readonly videoId: string;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  /** Hash of sampled blocks and the size. */
  readonly sample: string;
  /** Hash of the whole file; only where two files had to be told apart. */
  readonly digest?: string;
  /** Sidecar files as last indexed, in name order. */
  readonly sidecars: readonly Sidecar[];
  /** Folders and `index` runs that hold it: folder URIs, and `index` for a run. Never empty. */
  readonly heldBy: readonly string[];
  /** Stages done for this path alone, with the recipe each was done under. */
  readonly done: Readonly<Partial<Record<Stage, string>>>;
  /** Why a stage could not be done for this path. */
  readonly failures: Readonly<Partial<Record<Stage, MediaFailure>>>;
  /** Paths at which this content lay before and is gone from, the last one first; a few. */
  readonly formerUris?: readonly Uri[];
  /** Whether the sidecars hold the speech of the video; absent until they are read. */
  readonly subtitled?: boolean;
  /** Left out by `forget` until `reindex`. */
  readonly forgotten: boolean;
  /** Milliseconds since 1970, UTC: container date, else the file's. */
  readonly recordedMs: number;
}

export interface Sidecar {
  readonly uri: Uri;
  readonly bytes: number;
  readonly modifiedMs: Ms;
}

/** One content, shared by its copies. */
export interface VideoRecord {
  readonly videoId: string;
  readonly probe: MediaProbe;
  /** Stages done for this content, with the recipe each was done under. */
  readonly done: Readonly<Partial<Record<Stage, string>>>;
  readonly failures: Readonly<Partial<Record<Stage, MediaFailure>>>;
  /** Clip edges, half-open neighbours in time order. */
  readonly clips: readonly TimeRange[];
  /** Whether the text tracks inside hold the speech of the video; absent until they are read. */
  readonly subtitled?: boolean;
  /** Ranges over which the picture stays alike and may carry text; absent until measured. */
  readonly textTimes?: readonly ScreenState[];
}
