import type { Chapter, Stream } from '../../../protocol/videos.ts';
import type { MediaFailure } from '../errors/media-failure.ts';
import type { Stage } from './stage.ts';
import type { Ms, TimeRange, Uri } from './time-range.ts';
import type { ScreenState } from './video-analysis.ts';

export type { Chapter };

/** A track as stages use it, with fields that the protocol leaves out. */
export interface StreamInfo extends Stream {
  /** Number of the track in its container. */
  readonly index: number;
  /** Position among the tracks of its kind as players prefer them, from 0; missing for subtitles. */
  readonly preference?: number;
  /** True for subtitles of text, not pictures. */
  readonly textual?: boolean;
  /** True for a text track that describes pictures instead of quoting speech. */
  readonly describes?: boolean;
}

/**
 * A place from which the time stamps of one track are later or earlier by a constant, so that one clock continues over
 * a whole file. Files have such places where recordings were joined, and where a clock of 33 bits wrapped around.
 */
export interface ClockJump {
  /** Index of the track. */
  readonly track: number;
  /** Position in the file from which the offset counts, in bytes; negative if unknown. */
  readonly fromByte: number;
  /** What to add to the file's own times, ms. */
  readonly offsetMs: number;
}

/** Holds what the container states, without decoding. All times count from the first frame or sample. */
export interface MediaProbe {
  readonly container: string;
  readonly durationMs: Ms;
  /** What the file's own clock shows at the first shown moment, ms; missing if that is 0. */
  readonly startMs?: Ms;
  /** Places from which the file's own clock starts again, in the order of the file; missing without such places. */
  readonly clockJumps?: readonly ClockJump[] | undefined;
  readonly streams: readonly StreamInfo[];
  readonly chapters: readonly Chapter[];
  readonly title?: string;
  /** ISO 8601 date. */
  readonly recorded?: string;
  readonly device?: string;
  /** Address of the web page that the file was downloaded from. */
  readonly pageUrl?: string;
}

/**
 * Returns the track of a kind that is read: the chosen one. Falls back to the first for probes made by older
 * versions.
 */
export function findTrack<T extends Pick<StreamInfo, 'kind' | 'chosen'>>(
  streams: readonly T[],
  kind: 'video' | 'audio',
): T | undefined {
  const tracks = streams.filter((stream) => stream.kind === kind);
  return tracks.find(({ chosen }) => chosen) ?? tracks[0];
}

/**
 * The time at which the file system last changed a file (ctime) and its inode number, as one text. Differs after
 * every write and replacement, even if size and modification time were preserved. Missing in rows of older versions.
 */
export type ChangeStamp = string;

/** Names the file system that a folder lies on. Compared only for equality. */
export type VolumeId = string;
/** What is stored of a file that another program is still writing. */
export interface Growth {
  /** False while nothing of the file can be read before it is closed. */
  readonly isReadable: boolean;
  /** Hashes of blocks of the file as it was when last looked at, by which it is recognised. */
  readonly blocks: readonly string[];
}

/** One copy of a video: a path and everything that belongs to the path, not to the content. */
export interface VideoFile {
  readonly uri: Uri;
  /** For display only: characters that are not UTF-8 are replaced. */
  readonly path: string;
  readonly videoId: string;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  readonly changeStamp?: ChangeStamp;
  /** File system of the folder when the file was last seen. Missing in rows of older versions. */
  readonly volume?: VolumeId;
  /** Hash of sampled blocks and the size. */
  readonly sample: string;
  /** Hash of the whole file; computed only to tell two files apart. */
  readonly digest?: string;
  /** Sidecar files as last indexed, sorted by name. */
  readonly sidecars: readonly Sidecar[];
  /** Watched folders (URIs) and `index` runs (`index`) that this copy belongs to. Never empty. */
  readonly holders: readonly string[];
  /** Stages done for this path only, with their recipes. */
  readonly done: Readonly<Partial<Record<Stage, string>>>;
  /** Failures of stages for this path. */
  readonly failures: Readonly<Partial<Record<Stage, MediaFailure>>>;
  /** A few earlier paths of this content that no longer exist, latest first. */
  readonly formerUris?: readonly Uri[];
  /** Tells whether the sidecars contain the speech of the video; missing until they are read. */
  readonly subtitled?: boolean;
  /** True if `forget` excluded the copy; `reindex` includes it again. */
  readonly forgotten: boolean;
  /** Recording date in milliseconds since 1970, UTC: from the container, otherwise from the file. */
  readonly recordedMs: number;
  /** Set while another program is writing the file. `sample` is then empty, and `videoId` only if nothing can be read. */
  readonly growing?: Growth | undefined;
  /**
   * Hashes of blocks of a file that looks as if its recorder could go on with it, or close it: neither changes what it
   * contains so far.
   */
  readonly openBlocks?: readonly string[] | undefined;
}

export interface Sidecar {
  readonly uri: Uri;
  readonly bytes: number;
  readonly modifiedMs: Ms;
  readonly changeStamp?: ChangeStamp;
}

/** One content, shared by its copies. */
export interface VideoRecord {
  readonly videoId: string;
  readonly probe: MediaProbe;
  /** Stages done for this content, with their recipes. */
  readonly done: Readonly<Partial<Record<Stage, string>>>;
  readonly failures: Readonly<Partial<Record<Stage, MediaFailure>>>;
  /** Clip ranges, adjacent and in time order. */
  readonly clips: readonly TimeRange[];
  /** Tells whether the embedded text tracks contain the speech of the video; missing until they are read. */
  readonly subtitled?: boolean;
  /** Ranges in which the picture hardly changes and may contain text; missing until measured. */
  readonly textTimes?: readonly ScreenState[];
  /** Ranges in which somebody speaks; missing until the sound is listened to. Videos with subtitles need none. */
  readonly speech?: readonly TimeRange[];
  /** Index of the audio track that is read because the preferred ones are silent or contain no voice. */
  readonly soundTrack?: number | undefined;
  /** Number of the channel that is read because the channels cancel each other out, from 0. */
  readonly soundChannel?: number | undefined;
}

/** Returns whether a video has pictures. The cover of a song does not count: it has no frame rate. */
export function hasPictures({ streams }: MediaProbe): boolean {
  return streams.some(({ kind }) => kind === 'video');
}
