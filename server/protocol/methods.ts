import type { AskParams, AskResult } from './ask.ts';
import type {
  CorrectionsLineParams,
  CorrectionsListParams,
  CorrectionsRemoveParams,
  CorrectionsResult,
  CorrectionsSpeakerParams,
  CorrectionsTagParams,
} from './corrections.ts';
import type { EditorAnswerParams, EditorAnswerResult } from './editor.ts';
import type { ExportClipsParams, ExportClipsResult, ExportParams, ExportResult } from './export.ts';
import type { FoldersAddParams, FoldersRemoveParams, FoldersResult } from './folders.ts';
import type { FramesParams, FramesResult } from './frames.ts';
import type {
  ModelsKeyParams,
  ModelsListResult,
  ModelsPinParams,
  ModelsPinResult,
  ModelsPullParams,
  ModelsPullResult,
  ModelsRemoveParams,
} from './models.ts';
import type { PageResult } from './page.ts';
import type { PlaybackParams, PlaybackResult } from './playback.ts';
import type { SearchParams, SearchResult } from './search.ts';
import type { SettingsGetParams, SettingsResult, SettingsSetParams } from './settings.ts';
import type { Status } from './status.ts';
import type {
  ClipParams,
  ClipResult,
  VideoParams,
  VideoResult,
  VideosParams,
  VideosResult,
} from './videos.ts';
import type { CountResult, ForgetParams, IndexParams, IndexResult, ReindexParams } from './work.ts';

/** No parameters: sent as `{}` or left out. */
export type None = Record<string, never>;

/** Every request of ours: its parameters and its result. */
export interface Requests {
  'goldfish/folders/list': { params: None; result: FoldersResult };
  'goldfish/folders/add': { params: FoldersAddParams; result: FoldersResult };
  'goldfish/folders/remove': { params: FoldersRemoveParams; result: FoldersResult };
  'goldfish/status': { params: None; result: Status };
  'goldfish/search': { params: SearchParams; result: SearchResult };
  'goldfish/ask': { params: AskParams; result: AskResult };
  'goldfish/clip': { params: ClipParams; result: ClipResult };
  'goldfish/video': { params: VideoParams; result: VideoResult };
  'goldfish/videos': { params: VideosParams; result: VideosResult };
  'goldfish/frames': { params: FramesParams; result: FramesResult };
  'goldfish/playback': { params: PlaybackParams; result: PlaybackResult };
  'goldfish/export': { params: ExportParams; result: ExportResult };
  'goldfish/export/clips': { params: ExportClipsParams; result: ExportClipsResult };
  'goldfish/page': { params: None; result: PageResult };
  'goldfish/index': { params: IndexParams; result: IndexResult };
  'goldfish/corrections/list': { params: CorrectionsListParams; result: CorrectionsResult };
  'goldfish/corrections/line': { params: CorrectionsLineParams; result: CorrectionsResult };
  'goldfish/corrections/speaker': { params: CorrectionsSpeakerParams; result: CorrectionsResult };
  'goldfish/corrections/tag': { params: CorrectionsTagParams; result: CorrectionsResult };
  'goldfish/corrections/remove': { params: CorrectionsRemoveParams; result: CorrectionsResult };
  'goldfish/forget': { params: ForgetParams; result: CountResult };
  'goldfish/reindex': { params: ReindexParams; result: CountResult };
  'goldfish/pause': { params: None; result: Status };
  'goldfish/resume': { params: None; result: Status };
  'goldfish/settings/get': { params: SettingsGetParams; result: SettingsResult };
  'goldfish/settings/set': { params: SettingsSetParams; result: SettingsResult };
  'goldfish/models/list': { params: None; result: ModelsListResult };
  'goldfish/models/pull': { params: ModelsPullParams; result: ModelsPullResult };
  'goldfish/models/pin': { params: ModelsPinParams; result: ModelsPinResult };
  'goldfish/models/remove': { params: ModelsRemoveParams; result: ModelsListResult };
  'goldfish/models/key': { params: ModelsKeyParams; result: null };
  'goldfish/stop': { params: None; result: null };
}

/** The one request from the daemon to a client. */
export interface ClientRequests {
  'goldfish/editor/answer': { params: EditorAnswerParams; result: EditorAnswerResult };
}

/** Every notification of ours, all from the daemon to its clients. */
export interface Notifications {
  'goldfish/didChangeStatus': Status;
  'goldfish/didChangeSettings': SettingsResult;
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M]['params'];
export type Result<M extends Method> = Requests[M]['result'];
