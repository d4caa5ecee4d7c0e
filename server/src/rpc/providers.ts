import type { Method } from '../../protocol/methods.ts';
import { provideAdd } from './provide-add.ts';
import { provideAlertsAdd, provideAlertsList, provideAlertsRemove } from './provide-alerts.ts';
import { provideAsk } from './provide-ask.ts';
import { provideChapters } from './provide-chapters.ts';
import {
  provideCorrectionsLine,
  provideCorrectionsList,
  provideCorrectionsRemove,
  provideCorrectionsSpeaker,
  provideCorrectionsTag,
} from './provide-corrections.ts';
import { provideDigest } from './provide-digest.ts';
import { provideExport, provideExportClips } from './provide-export.ts';
import {
  provideFoldersAdd,
  provideFoldersBrowse,
  provideFoldersList,
  provideFoldersRemove,
} from './provide-folders.ts';
import { provideFrames } from './provide-frames.ts';
import { provideHeat } from './provide-heat.ts';
import {
  provideModelsExam,
  provideModelsKey,
  provideModelsList,
  provideModelsPin,
  provideModelsPull,
  provideModelsRemove,
} from './provide-models.ts';
import { providePage } from './provide-page.ts';
import { providePlayback } from './provide-playback.ts';
import { providePlaying } from './provide-playing.ts';
import { provideRecordList, provideRecordStart, provideRecordStop } from './provide-record.ts';
import { provideReel } from './provide-reel.ts';
import { provideSearch } from './provide-search.ts';
import { provideSettingsGet, provideSettingsSet } from './provide-settings.ts';
import { provideStatus, provideStop } from './provide-status.ts';
import { provideSubtitles } from './provide-subtitles.ts';
import { provideServe, provideUsersAdd, provideUsersList, provideUsersRemove } from './provide-team.ts';
import {
  provideOpened,
  provideTrainingEstimate,
  provideTrainingExport,
  provideTrainingImport,
  provideTrainingSearches,
} from './provide-training.ts';
import { provideUsage } from './provide-usage.ts';
import { provideClip, provideVideo, provideVideos } from './provide-videos.ts';
import { provideForget, provideIndex, providePause, provideReindex, provideResume } from './provide-work.ts';
import { provideWorkers } from './provide-workers.ts';
import type { AnyProvider, Provider } from './provider.ts';

const providersByMethod: { readonly [M in Method]: Provider<M> } = {
  'goldfish/folders/list': provideFoldersList,
  'goldfish/folders/add': provideFoldersAdd,
  'goldfish/folders/remove': provideFoldersRemove,
  'goldfish/folders/browse': provideFoldersBrowse,
  'goldfish/status': provideStatus,
  'goldfish/usage': provideUsage,
  'goldfish/workers': provideWorkers,
  'goldfish/search': provideSearch,
  'goldfish/ask': provideAsk,
  'goldfish/clip': provideClip,
  'goldfish/video': provideVideo,
  'goldfish/videos': provideVideos,
  'goldfish/heat': provideHeat,
  'goldfish/frames': provideFrames,
  'goldfish/playback': providePlayback,
  'goldfish/playing': providePlaying,
  'goldfish/export': provideExport,
  'goldfish/export/clips': provideExportClips,
  'goldfish/reel': provideReel,
  'goldfish/subtitles': provideSubtitles,
  'goldfish/chapters': provideChapters,
  'goldfish/digest': provideDigest,
  'goldfish/alerts/list': provideAlertsList,
  'goldfish/alerts/add': provideAlertsAdd,
  'goldfish/alerts/remove': provideAlertsRemove,
  'goldfish/page': providePage,
  'goldfish/index': provideIndex,
  'goldfish/corrections/list': provideCorrectionsList,
  'goldfish/corrections/line': provideCorrectionsLine,
  'goldfish/corrections/speaker': provideCorrectionsSpeaker,
  'goldfish/corrections/tag': provideCorrectionsTag,
  'goldfish/corrections/remove': provideCorrectionsRemove,
  'goldfish/opened': provideOpened,
  'goldfish/train/searches': provideTrainingSearches,
  'goldfish/train/estimate': provideTrainingEstimate,
  'goldfish/train/export': provideTrainingExport,
  'goldfish/train/import': provideTrainingImport,
  'goldfish/add': provideAdd,
  'goldfish/record/start': provideRecordStart,
  'goldfish/record/list': provideRecordList,
  'goldfish/record/stop': provideRecordStop,
  'goldfish/forget': provideForget,
  'goldfish/reindex': provideReindex,
  'goldfish/pause': providePause,
  'goldfish/resume': provideResume,
  'goldfish/settings/get': provideSettingsGet,
  'goldfish/settings/set': provideSettingsSet,
  'goldfish/models/list': provideModelsList,
  'goldfish/models/pull': provideModelsPull,
  'goldfish/models/pin': provideModelsPin,
  'goldfish/models/exam': provideModelsExam,
  'goldfish/models/remove': provideModelsRemove,
  'goldfish/models/key': provideModelsKey,
  'goldfish/users/list': provideUsersList,
  'goldfish/users/add': provideUsersAdd,
  'goldfish/users/remove': provideUsersRemove,
  'goldfish/serve': provideServe,
  'goldfish/stop': provideStop,
};

/** Maps each request of the protocol by its method. */
export const providers: ReadonlyMap<string, AnyProvider> = new Map(
  Object.values(providersByMethod).map((provider) => [provider.method, provider]),
);
