import { z } from 'zod';
import { addParams, addResult } from './adding.ts';
import { alertEvent, alertsAddParams, alertsRemoveParams, alertsResult } from './alerts.ts';
import { askParams, askResult } from './ask.ts';
import { none } from './base.ts';
import { chaptersParams, chaptersResult } from './chapters.ts';
import {
  correctionsLineParams,
  correctionsListParams,
  correctionsRemoveParams,
  correctionsResult,
  correctionsSpeakerParams,
  correctionsTagParams,
} from './corrections.ts';
import { digestParams, digestResult } from './digest.ts';
import { editorAnswerParams, editorAnswerResult } from './editor.ts';
import { exportClipsParams, exportClipsResult, exportParams, exportResult } from './export.ts';
import {
  foldersAddParams,
  foldersBrowseParams,
  foldersBrowseResult,
  foldersRemoveParams,
  foldersResult,
} from './folders.ts';
import { framesParams, framesResult } from './frames.ts';
import { heatParams, heatResult } from './heat.ts';
import type { Message } from './message.ts';
import {
  modelsExamParams,
  modelsExamResult,
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
import { didChangePlaying, playingParams } from './playing.ts';
import { recordResult, recordStartParams, recordStopParams } from './recording.ts';
import { reelParams, reelResult } from './reel.ts';
import { searchParams, searchResult } from './search.ts';
import { settingsGetParams, settingsResult, settingsSetParams } from './settings.ts';
import { status } from './status.ts';
import { subtitlesParams, subtitlesResult } from './subtitles.ts';
import {
  openedParams,
  trainingEstimateParams,
  trainingEstimateResult,
  trainingExportParams,
  trainingExportResult,
  trainingImportParams,
  trainingImportResult,
  trainingSearchesParams,
  trainingSearchesResult,
} from './training.ts';
import { usageResult } from './usage.ts';
import {
  serveParams,
  serveResult,
  usersAddParams,
  usersAddResult,
  usersRemoveParams,
  usersResult,
} from './users.ts';
import { clipParams, clipResult, videoParams, videoResult, videosParams, videosResult } from './videos.ts';
import { countResult, forgetParams, indexParams, indexResult, reindexParams } from './work.ts';
import { workersResult } from './workers.ts';

/** Every request of ours: what it does, its parameters and its result. */
export const requests = {
  'goldfish/folders/list': {
    summary: 'Lists the watched folders and their state.',
    params: none,
    result: foldersResult,
  },
  'goldfish/folders/add': {
    summary: 'Watches a folder. Restarts keep it.',
    params: foldersAddParams,
    result: foldersResult,
  },
  'goldfish/folders/remove': {
    summary: 'Stops watching a folder and deletes its videos from the index.',
    params: foldersRemoveParams,
    result: foldersResult,
  },
  'goldfish/folders/browse': {
    summary: 'Lists the folders of this machine with their video counts, to choose one to watch.',
    params: foldersBrowseParams,
    result: foldersBrowseResult,
  },
  'goldfish/status': {
    summary: 'Returns counts, running and failed work, the model of each role, and advice.',
    params: none,
    result: status,
  },
  'goldfish/usage': {
    summary: 'Returns the processor and accelerator time that the daemon has used.',
    params: none,
    result: usageResult,
  },
  'goldfish/workers': {
    summary: 'Lists the workers on other hosts: what they run, their pace, load and errors.',
    params: none,
    result: workersResult,
  },
  'goldfish/search': {
    summary: 'Finds moments by words, by a picture or by another moment.',
    params: searchParams,
    result: searchResult,
  },
  'goldfish/ask': {
    summary: 'Answers a question with citations. Text streams as `{delta}` on `partialResultToken`.',
    params: askParams,
    result: askResult,
  },
  'goldfish/clip': {
    summary: 'Returns one clip with its evidence and facts.',
    params: clipParams,
    result: clipResult,
  },
  'goldfish/video': {
    summary: 'Returns everything that is stored about a video.',
    params: videoParams,
    result: videoResult,
  },
  'goldfish/videos': {
    summary: 'Lists the videos of the library, one page at a time.',
    params: videosParams,
    result: videosResult,
  },
  'goldfish/heat': {
    summary: 'Returns where in one video the hits of a query are, over its full length.',
    params: heatParams,
    result: heatResult,
  },
  'goldfish/frames': {
    summary: 'Returns the frames shown at up to 16 times, as JPEG.',
    params: framesParams,
    result: framesResult,
  },
  'goldfish/playback': {
    summary: 'Returns how the page server plays a video in a given player.',
    params: playbackParams,
    result: playbackResult,
  },
  'goldfish/playing': {
    summary: 'Reports what a player does, so that only one plays at a time in all views.',
    params: playingParams,
    result: z.null(),
  },
  'goldfish/export': {
    summary: 'Writes moments as notes, subtitles, chapters or an edit list.',
    params: exportParams,
    result: exportResult,
  },
  'goldfish/export/clips': {
    summary: 'Cuts moments into clip files, or joins them into one file.',
    params: exportClipsParams,
    result: exportClipsResult,
  },
  'goldfish/reel': {
    summary:
      'Chooses the best moments for a question within a total length, to be cut together. Writes nothing.',
    params: reelParams,
    result: reelResult,
  },
  'goldfish/subtitles': {
    summary: 'Lays out what is said in a video as subtitles.',
    params: subtitlesParams,
    result: subtitlesResult,
  },
  'goldfish/chapters': {
    summary: 'Writes the chapters of a video: those of the file, or else automatic ones.',
    params: chaptersParams,
    result: chaptersResult,
  },
  'goldfish/digest': {
    summary:
      'Summarises videos as Markdown, each line with a link to its second. Progress arrives on `partialResultToken`.',
    params: digestParams,
    result: digestResult,
  },
  'goldfish/alerts/list': {
    summary: 'Lists the saved searches that notify, and their last matches.',
    params: none,
    result: alertsResult,
  },
  'goldfish/alerts/add': {
    summary: 'Saves a search that notifies when newly indexed text matches it.',
    params: alertsAddParams,
    result: alertsResult,
  },
  'goldfish/alerts/remove': {
    summary: 'Deletes a saved search.',
    params: alertsRemoveParams,
    result: alertsResult,
  },
  'goldfish/page': {
    summary: 'Returns the address of the page, served on the loopback interface.',
    params: none,
    result: pageResult,
  },
  'goldfish/index': {
    summary: 'Indexes files and folders now. Progress arrives on `partialResultToken`.',
    params: indexParams,
    result: indexResult,
  },
  'goldfish/corrections/list': {
    summary: 'Lists the corrections and tags of a video.',
    params: correctionsListParams,
    result: correctionsResult,
  },
  'goldfish/corrections/line': {
    summary: 'Corrects the text or the speaker of a line.',
    params: correctionsLineParams,
    result: correctionsResult,
  },
  'goldfish/corrections/speaker': {
    summary: 'Renames a speaker throughout a video.',
    params: correctionsSpeakerParams,
    result: correctionsResult,
  },
  'goldfish/corrections/tag': {
    summary: "Adds a person's own words to a range.",
    params: correctionsTagParams,
    result: correctionsResult,
  },
  'goldfish/corrections/remove': {
    summary: 'Removes a correction or tag and restores the original.',
    params: correctionsRemoveParams,
    result: correctionsResult,
  },
  'goldfish/opened': {
    summary:
      'Says that a person opened a moment. Kept with the search that found it only if `search.log` is set.',
    params: openedParams,
    result: z.null(),
  },
  'goldfish/train/searches': {
    summary:
      'Writes a data set for search models: searches, what was opened after them, and what was passed over.',
    params: trainingSearchesParams,
    result: trainingSearchesResult,
  },
  'goldfish/train/estimate': {
    summary: 'Says what a data set with captions from a host would send there. Sends and writes nothing.',
    params: trainingEstimateParams,
    result: trainingEstimateResult,
  },
  'goldfish/train/export': {
    summary: 'Writes corrections, tags and captions as a data set for training the captioner.',
    params: trainingExportParams,
    result: trainingExportResult,
  },
  'goldfish/train/import': {
    summary: 'Writes a foreign data set in the form that the trainer reads.',
    params: trainingImportParams,
    result: trainingImportResult,
  },
  'goldfish/add': {
    summary:
      'Downloads a video, or the items of a playlist, channel or feed, into a folder, and watches the folder. Needs yt-dlp. Adds nothing twice.',
    params: addParams,
    result: addResult,
  },
  'goldfish/record/start': {
    summary:
      'Records a stream in files in a watched folder, where they are indexed while they grow. Needs ffmpeg. Returns when the first part is recorded.',
    params: recordStartParams,
    result: recordResult,
  },
  'goldfish/record/list': {
    summary: 'Lists the recordings of streams, running and ended.',
    params: none,
    result: recordResult,
  },
  'goldfish/record/stop': {
    summary: 'Ends recordings of streams. Returns when their files are complete.',
    params: recordStopParams,
    result: recordResult,
  },
  'goldfish/forget': {
    summary: 'Deletes videos from the index and leaves them out until `goldfish/reindex`.',
    params: forgetParams,
    result: countResult,
  },
  'goldfish/reindex': {
    summary: 'Indexes again, including videos that failed or were forgotten.',
    params: reindexParams,
    result: countResult,
  },
  'goldfish/pause': {
    summary: 'Pauses indexing. Questions are still answered.',
    params: none,
    result: status,
  },
  'goldfish/resume': { summary: 'Resumes indexing.', params: none, result: status },
  'goldfish/settings/get': {
    summary: 'Returns the settings.',
    params: settingsGetParams,
    result: settingsResult,
  },
  'goldfish/settings/set': {
    summary: 'Changes a setting; `null` restores the default.',
    params: settingsSetParams,
    result: settingsResult,
  },
  'goldfish/models/list': {
    summary: 'Lists the models of each role.',
    params: none,
    result: modelsListResult,
  },
  'goldfish/models/pull': {
    summary: 'Downloads a model and verifies it.',
    params: modelsPullParams,
    result: modelsPullResult,
  },
  'goldfish/models/pin': {
    summary: 'Asks the hub for the revision, files and hashes of a model. Changes nothing.',
    params: modelsPinParams,
    result: modelsPinResult,
  },
  'goldfish/models/exam': {
    summary: 'Lets models take a small exam, which decides whether and how they are used.',
    params: modelsExamParams,
    result: modelsExamResult,
  },
  'goldfish/models/remove': {
    summary: 'Deletes a downloaded model.',
    params: modelsRemoveParams,
    result: modelsListResult,
  },
  'goldfish/models/key': {
    summary: 'Keeps the API key for remote hosts in memory until this session ends.',
    params: modelsKeyParams,
    result: z.null(),
  },
  'goldfish/users/list': {
    summary: 'Lists the users who may use the library over the network.',
    params: none,
    result: usersResult,
  },
  'goldfish/users/add': {
    summary:
      'Adds a user, or gives an existing one another role, folders and token. Ends the sessions of that user.',
    params: usersAddParams,
    result: usersAddResult,
  },
  'goldfish/users/remove': {
    summary: 'Removes a user and ends the sessions of that user.',
    params: usersRemoveParams,
    result: usersResult,
  },
  'goldfish/serve': {
    summary: 'Serves the page, MCP and metrics to users over the network, until the session ends.',
    params: serveParams,
    result: serveResult,
  },
  'goldfish/stop': {
    summary: 'Stops the daemon once it has finished writing.',
    params: none,
    result: z.null(),
  },
} as const;

/** The one request of ours from the daemon to a client. */
export const clientRequests = {
  'goldfish/editor/answer': {
    summary: "Asks the editor's language model for text. If the question is cancelled, so is this request.",
    params: editorAnswerParams,
    result: editorAnswerResult,
  },
} as const;

/** Every notification of ours, all from the daemon to its clients. */
export const notifications = {
  'goldfish/didChangeStatus': status,
  'goldfish/didChangeSettings': settingsResult,
  'goldfish/didChangePlaying': didChangePlaying,
  'goldfish/didMatchAlert': alertEvent,
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
