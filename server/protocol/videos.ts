import { z } from 'zod';
import { evidenceKind, ms, timeRange, uri } from './base.ts';
import { correction } from './corrections.ts';
import type { Message } from './message.ts';
import { evidence } from './search.ts';

export const clipParams = z.object({
  clipId: z.string().min(1).max(256),
  uri: uri.optional().describe('Which copy of the content; the first known one if absent.'),
});
export type ClipParams = Message<typeof clipParams>;

export const clipFacts = z.object({
  shots: z.int(),
  cutsMs: z.array(ms),
  motion: z.number().describe('0..1, mean share of the picture that changes between neighbouring frames.'),
  brightness: z.number().describe('0..1, mean luma.'),
  colours: z.array(z.string()),
  black: z.array(timeRange),
  still: z.array(timeRange),
  loudness: z.number().optional().describe('dBFS; absent if there is no sound.'),
  silence: z.array(timeRange),
});
export type ClipFacts = Message<typeof clipFacts>;

export const clipResult = timeRange.extend({
  clipId: z.string(),
  videoId: z.string(),
  uri,
  path: z.string(),
  link: z.string(),
  evidence: z.array(evidence),
  facts: clipFacts.optional(),
});
export type ClipResult = Message<typeof clipResult>;

export const videoParams = z.object({ uri });
export type VideoParams = Message<typeof videoParams>;

export const stream = z.object({
  kind: z.enum(['video', 'audio', 'subtitle']),
  codec: z.string(),
  language: z.string().optional(),
  title: z.string().optional(),
  chosen: z
    .boolean()
    .optional()
    .describe(
      'True for the picture or sound track that is read: the one that players choose, unless it is silent or ' +
        'media.tracks names another.',
    ),
  note: z
    .string()
    .optional()
    .describe('Why this track is read, only in part, or not; absent if players would do the same.'),
  width: z.number().optional().describe('px as shown: rotation and pixel shape applied.'),
  height: z.number().optional().describe('px as shown.'),
  framesPerSecond: z.number().optional(),
  sampleRate: z.number().optional().describe('Hz'),
  channels: z.number().optional(),
});
export type Stream = Message<typeof stream>;

export const chapter = timeRange.extend({
  title: z.string(),
  automatic: z.boolean().optional().describe('True if Goldfish worked it out; absent if the file brings it.'),
});
export type Chapter = Message<typeof chapter>;

export const videoState = z.enum(['waiting', 'running', 'done', 'failed', 'offline', 'forgotten']);
export type VideoState = Message<typeof videoState>;

export const videoFailure = z
  .object({ stage: z.string(), reason: z.string(), remedy: z.string() })
  .describe('What failed in a video, by stage: what happened and what to do.');
export type VideoFailure = Message<typeof videoFailure>;

export const recordingState = z
  .object({
    isReadable: z
      .boolean()
      .describe('False if nothing of the file can be read before it is closed, as of an ordinary .mp4.'),
  })
  .describe('A file that another program is still writing. `durationMs` is how long it is so far.');
export type RecordingState = Message<typeof recordingState>;

const recordingNow = recordingState.optional().describe('Present while the file is still being recorded.');

const notices = z
  .array(videoFailure)
  .optional()
  .describe(
    'Subtitle files beside the video that could not be read in full; the video is not failed. Absent if there are none.',
  );

export const coverageState = z
  .enum(['known', 'waiting', 'missing', 'failed', 'none'])
  .describe(
    '`known`: it was read and is searched. `waiting`: indexing will read it. `missing`: it needs a model or program that is ' +
      'not in use. `failed`: it could not be read. `none`: the video has nothing of the kind.',
  );
export type CoverageState = Message<typeof coverageState>;

export const coverage = z
  .object({
    speech: coverageState.describe('Subtitles or a transcript.'),
    screenText: coverageState,
    pictures: coverageState.describe('Captions, or vectors of frames.'),
  })
  .describe('What is known of a video, by kind.');
export type Coverage = Message<typeof coverage>;

export const coverageCount = z
  .object({ known: z.int(), waiting: z.int(), missing: z.int(), failed: z.int(), none: z.int() })
  .describe('Numbers of videos, by their state of coverage.');
export type CoverageCount = Message<typeof coverageCount>;

export const coverageCounts = z
  .object({ speech: coverageCount, screenText: coverageCount, pictures: coverageCount })
  .describe(
    'How many videos have each state of coverage, by kind. Videos that wait for their first reading count as `waiting`.',
  );
export type CoverageCounts = Message<typeof coverageCounts>;

export const videoWork = z
  .object({
    stage: z.string().describe('The running stage: `cues`, `facts`, `screenText`, ...'),
    percent: z.number().optional().describe('0..100 of this stage; absent if unknown.'),
    leftMs: z
      .number()
      .optional()
      .describe('Milliseconds left of this stage at the present speed; absent if unknown.'),
    videoPercent: z
      .number()
      .describe('0..100 of all stages of the video, each weighed by its usual share of the time.'),
  })
  .describe('What indexing does with a video now.');
export type VideoWork = Message<typeof videoWork>;

const workNow = videoWork.optional().describe('Present while a stage of the video runs.');

export const videosParams = z.object({
  uri: uri.optional().describe('A folder; all videos if absent.'),
  offset: z.int().min(0).optional().describe('How many videos to skip; 0 if absent.'),
  limit: z.int().min(0).max(10_000).optional().describe('The maximum number of videos; 100 if absent.'),
});
export type VideosParams = Message<typeof videosParams>;

const recorded = z.string().describe("ISO 8601, from the container, or else the file's time.");

export const videoItem = z
  .object({
    videoId: z.string(),
    uri,
    path: z.string(),
    state: videoState,
    failures: z.array(videoFailure),
    notices,
    durationMs: ms,
    bytes: z.number(),
    recorded,
    coverage: coverage.optional().describe('Absent in older daemons.'),
    work: workNow,
    recording: recordingNow,
  })
  .describe('One file, as a list shows it.');
export type VideoItem = Message<typeof videoItem>;

export const videosResult = z.object({
  total: z.int().describe('The number of videos, including those on other pages.'),
  videos: z.array(videoItem).describe('Sorted by path.'),
  coverage: coverageCounts.optional().describe('Of all videos counted in `total`. Absent in older daemons.'),
});
export type VideosResult = Message<typeof videosResult>;

export const videoResult = z.object({
  videoId: z.string(),
  uri,
  path: z.string(),
  copies: z.array(uri).describe('All files with this content, including this one.'),
  state: videoState,
  failures: z.array(videoFailure),
  notices,
  bytes: z.number(),
  durationMs: ms,
  title: z.string(),
  recorded,
  container: z.string().optional(),
  device: z.string().optional(),
  pageUrl: z.string().optional().describe('Address of the web page that the file was downloaded from.'),
  clockStartMs: z
    .number()
    .optional()
    .describe(
      "What the file's own clock shows at its first picture or sound, ms; absent if that is 0. Browsers that play the " +
        'file itself count by that clock.',
    ),
  streams: z.array(stream),
  chapters: z.array(chapter),
  clips: z.array(timeRange.extend({ clipId: z.string(), facts: clipFacts.optional() })),
  lines: z.array(evidence).describe('All text known of it, in time order; cues are whole.'),
  kinds: z.array(evidenceKind),
  coverage: coverage.optional().describe('Absent in older daemons.'),
  work: workNow,
  speech: z
    .array(timeRange)
    .optional()
    .describe(
      'Where somebody speaks, in time order, as measured in the sound; empty if nobody does. Absent if the sound was not ' +
        'listened to, as in videos with subtitles, and in older daemons.',
    ),
  recording: recordingNow,
  corrections: z.array(correction).describe('What people corrected in it, oldest first.'),
});
export type VideoResult = Message<typeof videoResult>;
