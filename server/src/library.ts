import type { AlertEvent, AlertsAddParams, AlertsResult } from '../protocol/alerts.ts';
import type { AskParams, AskResult } from '../protocol/ask.ts';
import type { Tokens, Uri } from '../protocol/base.ts';
import type { ChaptersParams, ChaptersResult } from '../protocol/chapters.ts';
import type {
  CorrectionsLineParams,
  CorrectionsRemoveParams,
  CorrectionsResult,
  CorrectionsSpeakerParams,
  CorrectionsTagParams,
} from '../protocol/corrections.ts';
import type { DigestParams, DigestProgress, DigestResult } from '../protocol/digest.ts';
import type {
  ExportClipsParams,
  ExportClipsProgress,
  ExportClipsResult,
  ExportParams,
  ExportResult,
} from '../protocol/export.ts';
import type {
  FoldersAddParams,
  FoldersBrowseParams,
  FoldersBrowseResult,
  FoldersResult,
} from '../protocol/folders.ts';
import type { HeatParams, HeatResult } from '../protocol/heat.ts';
import type { PlaybackResult } from '../protocol/playback.ts';
import type { ReelParams, ReelResult } from '../protocol/reel.ts';
import type { SearchParams, SearchResult } from '../protocol/search.ts';
import type { Status } from '../protocol/status.ts';
import type { SubtitlesParams, SubtitlesProgress, SubtitlesResult } from '../protocol/subtitles.ts';
import type {
  TrainingEstimateParams,
  TrainingEstimateResult,
  TrainingExportParams,
  TrainingExportProgress,
  TrainingExportResult,
  TrainingImportParams,
  TrainingImportResult,
  TrainingSearchesParams,
  TrainingSearchesResult,
} from '../protocol/training.ts';
import type { ClipResult, VideoResult, VideosParams, VideosResult } from '../protocol/videos.ts';
import type { CountResult, IndexProgress, IndexResult } from '../protocol/work.ts';
import type { Stage } from './core/domain/stage.ts';
import type { Conversion, PlaybackPlan } from './core/media/playback-plan.ts';
import type { Answerer } from './ports/answerer.ts';
import type { Box } from './ports/decoder.ts';
import type { FileStat } from './ports/disk.ts';

/** Reports a request that the library cannot fulfil. Each edge converts it to its own error. */
export class RequestError extends Error {
  readonly kind: 'notFound' | 'invalid' | 'badMedia' | 'index' | 'unavailable' | 'missingProgram';
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

/** Adds to a request whether its scope is all that whoever asks may know of. */
interface Confinement {
  readonly confined?: boolean;
}

export type LibrarySearchRequest = Omit<SearchParams, keyof Tokens> & Confinement;

/** Adds `answerer`, which replaces the one from the settings, for example with the editor's language model. */
export type LibraryAskRequest = Omit<AskParams, keyof Tokens> & {
  readonly answerer?: Answerer;
} & Confinement;

export type LibraryReelRequest = ReelParams & Confinement;

/** Adds `answerer`, as in LibraryAskRequest. */
export type LibraryDigestRequest = Omit<DigestParams, keyof Tokens> & { readonly answerer?: Answerer };

/** Adds `answerer`, as in LibraryAskRequest. */
export type LibrarySubtitlesRequest = Omit<SubtitlesParams, keyof Tokens> & { readonly answerer?: Answerer };

/** Adds `matching`: only paths that contain this text, ignoring case. `places`: only what is in these folders, or is one of these videos. */
export type LibraryVideosRequest = VideosParams & {
  readonly matching?: string;
  readonly places?: readonly Uri[];
};

/**
 * Defines the API that every edge (rpc, http, mcp) calls. Results have the types of the protocol. Methods reject with
 * RequestError, or with the reason of an aborted signal.
 */
export interface Library {
  folders(): Promise<FoldersResult>;
  addFolder(params: FoldersAddParams): Promise<FoldersResult>;
  removeFolder(uri: Uri): Promise<FoldersResult>;
  /** Lists folders of this machine with their video counts. */
  browseFolders(params: FoldersBrowseParams, signal: AbortSignal): Promise<FoldersBrowseResult>;
  /** `places`: the status of these folders and videos alone. */
  status(places?: readonly Uri[]): Status;
  /** Calls the listener after each change, at most a few times a second. Returns a function that unsubscribes. */
  onStatus(listener: (status: Status) => void): () => void;
  search(request: LibrarySearchRequest, signal: AbortSignal): Promise<SearchResult>;
  /** Searches one video, and returns where in it the hits are. */
  heat(params: HeatParams, signal: AbortSignal): Promise<HeatResult>;
  ask(request: LibraryAskRequest, onDelta: (delta: string) => void, signal: AbortSignal): Promise<AskResult>;
  /** Summarises videos as Markdown, and writes it to a file if one is named. */
  digest(
    request: LibraryDigestRequest,
    onProgress: (progress: DigestProgress) => void,
    signal: AbortSignal,
  ): Promise<DigestResult>;
  clip(clipId: string, uri: Uri | undefined): Promise<ClipResult>;
  video(uri: Uri): Promise<VideoResult>;
  videos(params: LibraryVideosRequest): VideosResult;
  /** Returns the indexed files of a content. Empty if it is unknown. */
  findCopies(videoId: string): readonly Uri[];
  /** Returns how many files a folder contains that are in the index and not forgotten. */
  countVideos(uri: Uri): number;
  /** Returns whether a file is in the index and not forgotten. Only such files may be shown. */
  holds(uri: Uri): boolean;
  /**
   * Returns whether a file that was opened at `uri` is the one that was indexed there. If it is not, for example because
   * a link took its place, its folder is scanned again.
   */
  isIndexedFile(uri: Uri, stat: FileStat): boolean;
  /** Returns the new location of a file that has moved away from `uri`, or undefined if unknown. */
  movedTo(uri: Uri, signal: AbortSignal): Promise<Uri | undefined>;
  /** Returns a JPEG of the frame at a time. It fits into `box`, in px. */
  still(uri: Uri, timeMs: number, box: Box, signal: AbortSignal): Promise<Uint8Array>;
  /** Returns how to play a video in a player that supports the formats in `plays`. See core/media/playback-plan.ts. */
  playback(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackResult>;
  plan(uri: Uri, plays: readonly string[], signal: AbortSignal): Promise<PlaybackPlan>;
  /** Streams a converted video from a start time. It plays while it arrives. */
  stream(uri: Uri, conversion: Conversion, startMs: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Rejects with `invalid` if the file is indexed, is read with an indexed video, or is in the data folder. */
  assertMayWrite(uri: Uri): Promise<void>;
  /** Exports a selection of moments as text in a format. */
  export(params: ExportParams): Promise<ExportResult>;
  /** Chooses the best moments for a question within a total length. */
  reel(params: LibraryReelRequest, signal: AbortSignal): Promise<ReelResult>;
  /** Lays out what is said in a video as subtitles, and writes them to a file if one is named. */
  subtitles(
    request: LibrarySubtitlesRequest,
    onProgress: (progress: SubtitlesProgress) => void,
    signal: AbortSignal,
  ): Promise<SubtitlesResult>;
  /** Writes the chapters of a video as text, and to a file if one is named. */
  chapters(params: ChaptersParams): Promise<ChaptersResult>;
  /** Writes moments as media files to the folder or file of the request. */
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
  alerts(): AlertsResult;
  /** Saves a search that notifies of matches in text that is indexed from now on. */
  addAlert(params: AlertsAddParams): Promise<AlertsResult>;
  removeAlert(id: string): Promise<AlertsResult>;
  /** Calls the listener for each video with new matches. Returns a function that unsubscribes. */
  onAlert(listener: (event: AlertEvent) => void): () => void;
  /** Returns the user's corrections of a video. Changes are searchable once they resolve, even if indexing is paused. */
  corrections(uri: Uri): CorrectionsResult;
  correctLine(params: CorrectionsLineParams): Promise<CorrectionsResult>;
  nameSpeaker(params: CorrectionsSpeakerParams & Confinement): Promise<CorrectionsResult>;
  tag(params: CorrectionsTagParams): Promise<CorrectionsResult>;
  uncorrect(params: CorrectionsRemoveParams & Confinement): Promise<CorrectionsResult>;
  /** Writes a data set for training the captioner in use. */
  /** Notes that a person opened a moment, if the setting `search.log` allows it. */
  opened(uri: Uri, ms: number): Promise<void>;
  /** Writes a data set of searches that led to a click. */
  exportSearches(params: TrainingSearchesParams): Promise<TrainingSearchesResult>;
  /** Counts what `exportTraining` would send to a host. */
  estimateTraining(params: TrainingEstimateParams): Promise<TrainingEstimateResult>;
  exportTraining(
    params: Omit<TrainingExportParams, keyof Tokens>,
    onProgress: (progress: TrainingExportProgress) => void,
    signal: AbortSignal,
  ): Promise<TrainingExportResult>;
  /** Writes a foreign data set in the form that the trainer reads. */
  importTraining(
    params: Omit<TrainingImportParams, keyof Tokens>,
    onProgress: (progress: TrainingExportProgress) => void,
    signal: AbortSignal,
  ): Promise<TrainingImportResult>;
  forget(uri: Uri): Promise<CountResult>;
  reindex(uri: Uri | undefined, stage: Stage | undefined): Promise<CountResult>;
  pause(): Promise<Status>;
  resume(): Promise<Status>;
  /** Finishes pending writes and releases all resources. */
  close(): Promise<void>;
}
