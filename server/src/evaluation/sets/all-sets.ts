import { OWN_SET } from '../own/own-questions.ts';
import { cgBench } from './cg-bench.ts';
import { egoSchema } from './ego-schema.ts';
import { hourVideo } from './hour-video.ts';
import { longVideoBench } from './long-video-bench.ts';
import { lvBench } from './lv-bench.ts';
import { mlvu } from './mlvu.ts';
import { activityNetCaptions, charadesSta, extremeWhenBench, qvHighlights } from './moment-sets.ts';
import { movieChatBreakpoint, movieChatGlobal } from './movie-chat.ts';
import { llamaVid, movieQa } from './movie-sets.ts';
import type { SetAdapter } from './set-adapter.ts';
import { activityNetQa, msrvttQa, msvdQa, tgifFrameQa } from './short-qa.ts';
import { timeScope } from './time-scope.ts';
import { tvqa } from './tvqa.ts';
import { tvqaLong } from './tvqa-long.ts';
import { tvr } from './tvr.ts';
import {
  videoChatGptConsistency,
  videoChatGptContext,
  videoChatGptCorrectness,
  videoChatGptDetail,
  videoChatGptTemporal,
} from './video-chatgpt.ts';
import { videoMme, videoMme2 } from './video-mme.ts';

/** All sets: those of the reference in the order of its tables, then modern ones. */
export const ALL_SETS: readonly SetAdapter[] = [
  msvdQa,
  msrvttQa,
  tgifFrameQa,
  activityNetQa,
  tvqa,
  videoChatGptCorrectness,
  videoChatGptDetail,
  videoChatGptContext,
  videoChatGptTemporal,
  videoChatGptConsistency,
  llamaVid,
  movieChatGlobal,
  movieQa,
  tvqaLong,
  tvr,
  movieChatBreakpoint,
  extremeWhenBench,
  lvBench,
  videoMme,
  videoMme2,
  longVideoBench,
  mlvu,
  hourVideo,
  egoSchema,
  timeScope,
  cgBench,
  qvHighlights,
  charadesSta,
  activityNetCaptions,
];

/** The user's own questions. They are prepared by `eval own` and have no files to read. */
const ownSet: SetAdapter = {
  id: OWN_SET,
  title: 'Your own library',
  task: 'open',
  size: 'tags, corrections and questions of your own',
  licence: 'yours',
  source: 'your library',
  files: [],
  parse: () => ({ items: [], videos: [], problems: [] }),
};

export function findSet(id: string): SetAdapter | undefined {
  return id === OWN_SET ? ownSet : ALL_SETS.find((adapter) => adapter.id === id);
}
