import { z } from 'zod';
import { askParams, askResult } from './ask.ts';
import { none } from './base.ts';
import {
  correctionsLineParams,
  correctionsListParams,
  correctionsRemoveParams,
  correctionsResult,
  correctionsSpeakerParams,
  correctionsTagParams,
} from './corrections.ts';
import { editorAnswerParams, editorAnswerResult } from './editor.ts';
import { exportClipsParams, exportClipsResult, exportParams, exportResult } from './export.ts';
import { foldersAddParams, foldersRemoveParams, foldersResult } from './folders.ts';
import { framesParams, framesResult } from './frames.ts';
import type { Message } from './message.ts';
import {
  modelsKeyParams,
  modelsListResult,
  modelsPinParams,
  modelsPinResult,
  modelsPullParams,
  modelsPullResult,
  modelsRemoveParams,
} from './models.ts';
import { pageResult } from './page.ts';
import { playbackParams, playbackResult } from './playback.ts';
import { searchParams, searchResult } from './search.ts';
import { settingsGetParams, settingsResult, settingsSetParams } from './settings.ts';
import { status } from './status.ts';
import { subtitlesParams, subtitlesResult } from './subtitles.ts';
import { clipParams, clipResult, videoParams, videoResult, videosParams, videosResult } from './videos.ts';
import { countResult, forgetParams, indexParams, indexResult, reindexParams } from './work.ts';

/** Every request of ours: its parameters and its result. */
export const requests = {
  'goldfish/folders/list': { params: none, result: foldersResult },
  'goldfish/folders/add': { params: foldersAddParams, result: foldersResult },
  'goldfish/folders/remove': { params: foldersRemoveParams, result: foldersResult },
  'goldfish/status': { params: none, result: status },
  'goldfish/search': { params: searchParams, result: searchResult },
  'goldfish/ask': { params: askParams, result: askResult },
  'goldfish/clip': { params: clipParams, result: clipResult },
  'goldfish/video': { params: videoParams, result: videoResult },
  'goldfish/videos': { params: videosParams, result: videosResult },
  'goldfish/frames': { params: framesParams, result: framesResult },
  'goldfish/playback': { params: playbackParams, result: playbackResult },
  'goldfish/export': { params: exportParams, result: exportResult },
  'goldfish/export/clips': { params: exportClipsParams, result: exportClipsResult },
  'goldfish/subtitles': { params: subtitlesParams, result: subtitlesResult },
  'goldfish/page': { params: none, result: pageResult },
  'goldfish/index': { params: indexParams, result: indexResult },
  'goldfish/corrections/list': { params: correctionsListParams, result: correctionsResult },
  'goldfish/corrections/line': { params: correctionsLineParams, result: correctionsResult },
  'goldfish/corrections/speaker': { params: correctionsSpeakerParams, result: correctionsResult },
  'goldfish/corrections/tag': { params: correctionsTagParams, result: correctionsResult },
  'goldfish/corrections/remove': { params: correctionsRemoveParams, result: correctionsResult },
  'goldfish/forget': { params: forgetParams, result: countResult },
  'goldfish/reindex': { params: reindexParams, result: countResult },
  'goldfish/pause': { params: none, result: status },
  'goldfish/resume': { params: none, result: status },
  'goldfish/settings/get': { params: settingsGetParams, result: settingsResult },
  'goldfish/settings/set': { params: settingsSetParams, result: settingsResult },
  'goldfish/models/list': { params: none, result: modelsListResult },
  'goldfish/models/pull': { params: modelsPullParams, result: modelsPullResult },
  'goldfish/models/pin': { params: modelsPinParams, result: modelsPinResult },
  'goldfish/models/remove': { params: modelsRemoveParams, result: modelsListResult },
  'goldfish/models/key': { params: modelsKeyParams, result: z.null() },
  'goldfish/stop': { params: none, result: z.null() },
} as const;

/** The one request of ours from the daemon to a client. */
export const clientRequests = {
  'goldfish/editor/answer': { params: editorAnswerParams, result: editorAnswerResult },
} as const;

/** Every notification of ours, all from the daemon to its clients. */
export const notifications = {
  'goldfish/didChangeStatus': status,
  'goldfish/didChangeSettings': settingsResult,
} as const;

export type Method = keyof typeof requests;
export type Params<M extends Method> = Message<(typeof requests)[M]['params']>;
export type Result<M extends Method> = Message<(typeof requests)[M]['result']>;

export type ClientMethod = keyof typeof clientRequests;
export type ClientParams<M extends ClientMethod> = Message<(typeof clientRequests)[M]['params']>;
export type ClientResult<M extends ClientMethod> = Message<(typeof clientRequests)[M]['result']>;

export type Notifications = {
  readonly [N in keyof typeof notifications]: Message<(typeof notifications)[N]>;
};
