import type { EvidenceKind, Ms, TimeRange, Uri } from './base.ts';
import type { Correction } from './corrections.ts';
import type { Evidence } from './search.ts';

export interface ClipParams {
  readonly clipId: string;
  /** Which copy of the content is meant; the first one known where absent. */
  readonly uri?: Uri;
}

export interface ClipFacts {
  readonly shots: number;
  readonly cutsMs: readonly Ms[];
  /** 0..1, mean share of the picture that changes between neighbouring frames. */
  readonly motion: number;
  /** 0..1, mean luma. */
  readonly brightness: number;
  readonly colours: readonly string[];
  readonly black: readonly TimeRange[];
  readonly still: readonly TimeRange[];
  /** dBFS, absent where there is no sound. */
  readonly loudness?: number;
  readonly silence: readonly TimeRange[];
}

export interface ClipResult extends TimeRange {
  readonly clipId: string;
  readonly videoId: string;
  readonly uri: Uri;
  readonly path: string;
  readonly link: string;
  readonly evidence: readonly Evidence[];
  readonly facts?: ClipFacts;
}

export interface VideoParams {
  readonly uri: Uri;
}

export interface Stream {
  readonly kind: 'video' | 'audio' | 'subtitle';
  readonly codec: string;
  readonly language?: string;
  readonly title?: string;
  /** The track of pictures or sound that is read, as players choose it. */
  readonly chosen?: boolean;
  /** px as shown: rotation and pixel shape applied. */
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
  /** Hz */
  readonly sampleRate?: number;
  readonly channels?: number;
}

export interface Chapter extends TimeRange {
  readonly title: string;
}

export type VideoState = 'waiting' | 'running' | 'done' | 'failed' | 'offline' | 'forgotten';

/** What failed in a video, by stage: what happened and what to do. */
export interface VideoFailure {
  readonly stage: string;
  readonly reason: string;
  readonly remedy: string;
}

export interface VideosParams {
  /** A folder; all videos where absent. */
  readonly uri?: Uri;
  /** How many to leave out from the start; 0 where absent. */
  readonly offset?: number;
  /** How many at most; 100 where absent. */
  readonly limit?: number;
}

/** One file, as a list shows it. */
export interface VideoItem {
  readonly videoId: string;
  readonly uri: Uri;
  readonly path: string;
  readonly state: VideoState;
  readonly failures: readonly VideoFailure[];
  readonly durationMs: Ms;
  readonly bytes: number;
  /** ISO 8601, from the container, else the file's time. */
  readonly recorded: string;
}

export interface VideosResult {
  /** How many there are in all. */
  readonly total: number;
  /** By path. */
  readonly videos: readonly VideoItem[];
}

export interface VideoResult {
  readonly videoId: string;
  readonly uri: Uri;
  readonly path: string;
  /** All files with this content, this one among them. */
  readonly copies: readonly Uri[];
  readonly state: VideoState;
  readonly failures: readonly VideoFailure[];
  readonly bytes: number;
  readonly durationMs: Ms;
  readonly title: string;
  /** ISO 8601, from the container, else the file's time. */
  readonly recorded: string;
  readonly container?: string;
  readonly device?: string;
  readonly streams: readonly Stream[];
  readonly chapters: readonly Chapter[];
  readonly clips: readonly (TimeRange & { readonly clipId: string; readonly facts?: ClipFacts })[];
  /** All text known of it, in time order, Cues whole. */
  readonly lines: readonly Evidence[];
  readonly kinds: readonly EvidenceKind[];
  /** What persons corrected in it, oldest first. */
  readonly corrections: readonly Correction[];
}
