import type { AskParams, AskResult } from '../protocol/ask.ts';
import type { Tokens, Uri } from '../protocol/base.ts';
import type {
  CorrectionsLineParams,
  CorrectionsRemoveParams,
  CorrectionsResult,
  CorrectionsSpeakerParams,
  CorrectionsTagParams,
} from '../protocol/corrections.ts';
import type {
  ExportClipsParams,
  ExportClipsProgress,
  ExportClipsResult,
  ExportParams,
  ExportResult,
} from '../protocol/export.ts';
import type { FoldersAddParams, FoldersResult } from '../protocol/folders.ts';
import type { PlaybackResult } from '../protocol/playback.ts';
import type { SearchParams, SearchResult } from '../protocol/search.ts';
import type { Status } from '../protocol/status.ts';
import type { SubtitlesParams, SubtitlesResult } from '../protocol/subtitles.ts';
import type { ClipResult, VideoResult, VideosParams, VideosResult } from '../protocol/videos.ts';
import type { CountResult, IndexProgress, IndexResult } from '../protocol/work.ts';
import type { Stage } from './core/domain/stage.ts';
import type { Conversion, PlaybackPlan } from './core/media/playback-plan.ts';
import type { Answerer } from './ports/answerer.ts';
import type { Box } from './ports/decoder.ts';

/** Thrown by the Library where a request cannot be met; an edge turns it into its own error. */
export class RequestError extends Error {
  readonly kind: 'notFound' | 'invalid' | 'badMedia' | 'index' | 'unavailable';
  readonly remedy: string;
  readonly uri?: Uri;
  constructor(kind: RequestError['kind'], message: string, remedy: string, uri?: Uri) {
    super(message);
    this.name = 'RequestError';
    this.kind = kind;
    this.remedy = remedy;
    this.uri = uri;
  }
}

export type LibrarySearchRequest = Omit<SearchParams, keyof Tokens>;

/** `answerer`: writes this answer in the place of the one in the settings, such as the asking editor's own model. */
export type LibraryAskRequest = Omit<AskParams, keyof Tokens> & { readonly answerer?: Answerer };

/** `matching`: only paths with this in them, in whichever case. */
export type LibraryVideosRequest = VideosParams & { readonly matching?: string };

/**
 * The one API that every edge (rpc, http, mcp) calls. Results are the protocol's; errors are RequestError; an
 * aborted signal rejects with its reason.
 */
export interface Library {
  folders(): Promise<FoldersResult>;
  addFolder(params: FoldersAddParams): Promise<FoldersResult>;
  removeFolder(uri: Uri): Promise<FoldersResult>;
  status(): Status;
  /** Calls back after each change, at most a few times a second; returns what ends it. */
  onStatus(listener: (status: Status) => void): () => void;
  search(request: LibrarySearchRequest, signal: AbortSignal): Promise<SearchResult>;
  ask(request: LibraryAskRequest, onDelta: (delta: string) => void, signal: AbortSignal): Promise<AskResult>;
  clip(clipId: string, uri: Uri | undefined): Promise<ClipResult>;
  video(uri: Uri): Promise<VideoResult>;
  videos(params: LibraryVideosRequest): VideosResult;
  /** Whether a file is in the index and not forgotten: only such may be shown. */
  holds(uri: Uri): boolean;
  /** Where a file lies now that lay here before and is gone from here; undefined where that is not known. */
  movedTo(uri: Uri, signal: AbortSignal): Promise<Uri | undefined>;
  /** A JPEG of the frame shown at a time; it fits `box`, px. */
  still(uri: Uri, timeMs: number, box: Box, signal: AbortSignal): Promise<Uint8Array>;
  /** How a video is played to a player that plays what is named; see core/media/playback-plan.ts. */
  playback(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackResult>;
  plan(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackPlan>;
  /** A converted video from a time on, as it plays while it comes. */
  stream(uri: Uri, conversion: Conversion, startMs: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** A selection of moments as text of a format. */
  export(params: ExportParams): Promise<ExportResult>;
  /** Lays out what is said in a video as subtitles, and writes them to a file if one is named. */
  subtitles(params: SubtitlesParams): Promise<SubtitlesResult>;
  /** Writes moments as media files where the asking client says. */
  exportClips(
    params: Omit<ExportClipsParams, keyof Tokens>,
    onProgress: (progress: ExportClipsProgress) => void,
    signal: AbortSignal,
  ): Promise<ExportClipsResult>;
  index(
    uris: readonly Uri[],
    keep: boolean,
    onProgress: (progress: IndexProgress) => void,
    signal: AbortSignal,
  ): Promise<IndexResult>;
  /** What persons corrected in a video. Changes of it are searchable once they resolve, also while indexing is paused. */
  corrections(uri: Uri): CorrectionsResult;
  correctLine(params: CorrectionsLineParams): Promise<CorrectionsResult>;
  nameSpeaker(params: CorrectionsSpeakerParams): Promise<CorrectionsResult>;
  tag(params: CorrectionsTagParams): Promise<CorrectionsResult>;
  uncorrect(params: CorrectionsRemoveParams): Promise<CorrectionsResult>;
  forget(uri: Uri): Promise<CountResult>;
  reindex(uri: Uri | undefined, stage: Stage | undefined): Promise<CountResult>;
  pause(): Promise<Status>;
  resume(): Promise<Status>;
  /** Finishes what is being written and lets go of everything. */
  close(): Promise<void>;
}
