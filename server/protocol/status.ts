import { z } from 'zod';
import { ms, uri } from './base.ts';
import type { Message } from './message.ts';
import { coverageCounts } from './videos.ts';

export const runningWork = z.object({
  uri,
  path: z.string(),
  stage: z.string().describe('The running stage: `cues`, `facts`, `screenText`, ...'),
  percent: z.number().optional().describe('0..100; absent if unknown.'),
  leftMs: z.number().optional().describe('Milliseconds left at the present speed; absent if unknown.'),
});
export type RunningWork = Message<typeof runningWork>;

export const failedWork = z.object({
  uri,
  path: z.string(),
  stage: z.string(),
  kind: z
    .string()
    .optional()
    .describe('The reason as one word: `empty`, `truncated`, `timedOut`, ... Absent in older daemons.'),
  reason: z.string(),
  remedy: z.string(),
});
export type FailedWork = Message<typeof failedWork>;

export const recordingWork = z
  .object({
    uri,
    path: z.string(),
    durationMs: ms.describe('How long it is so far; 0 if nothing of it can be read before it is closed.'),
    isReadable: z.boolean(),
  })
  .describe('A file that another program is still writing.');
export type RecordingWork = Message<typeof recordingWork>;

export const role = z
  .object({ role: z.string(), inUse: z.string(), why: z.string() })
  .describe('Which captioner, embedder or answerer is in use for a role, and why that one.');
export type Role = Message<typeof role>;

export const captionsLeft = z
  .object({
    clipsLeft: z.int(),
    clipMs: z
      .number()
      .optional()
      .describe('Milliseconds that this model takes per clip; absent if not measured.'),
    elsewhere: z
      .boolean()
      .optional()
      .describe('True if `clipMs` was measured on another machine: nothing was captioned here yet.'),
    leftMs: z
      .number()
      .optional()
      .describe('Milliseconds for all clips that are left; absent if `clipMs` is.'),
  })
  .describe('What the captioner has still to do.');
export type CaptionsLeft = Message<typeof captionsLeft>;

export const indexingProgress = z
  .object({
    mediaMs: ms.describe('Length of all videos that are known, indexed or not.'),
    doneMs: z.number().describe('How much of `mediaMs` is indexed; a video in work counts by its share.'),
    percent: z.number().describe('0..100'),
    leftMs: z
      .number()
      .optional()
      .describe('Milliseconds left at the present speed; absent until that is measured.'),
  })
  .describe('How far indexing is, by media time.');
export type IndexingProgress = Message<typeof indexingProgress>;

export const untranscribedSpeech = z
  .object({ videos: z.int().describe('Files; each copy counts.'), speechMs: z.number() })
  .describe('Videos in which somebody speaks, and which have neither subtitles nor a transcript.');
export type UntranscribedSpeech = Message<typeof untranscribedSpeech>;

export const status = z.object({
  videos: z.int().describe('Files; each copy counts.'),
  clips: z.int().describe('Distinct clips; copies of one content share them.'),
  clipsDone: z
    .number()
    .optional()
    .describe(
      'Clips whose indexing is finished; those of a video in work count by its share. Absent in older daemons.',
    ),
  work: z.object({
    waiting: z.int(),
    running: z.array(runningWork),
    done: z.int(),
    failed: z.array(failedWork),
    notices: z
      .array(failedWork)
      .optional()
      .describe(
        'Subtitle files beside videos that could not be read in full; their videos are not failed. Absent if there are none.',
      ),
    offline: z.int(),
    recording: z
      .array(recordingWork)
      .optional()
      .describe(
        'Files that are still being recorded; what is new in them is indexed as it is written. Absent if there are none.',
      ),
  }),
  planning: z
    .boolean()
    .optional()
    .describe('True until every video is planned, as after a start; until then `work` is not final.'),
  progress: indexingProgress.optional().describe('Absent if nothing is left to index, and in older daemons.'),
  coverage: coverageCounts.optional().describe('What is known of all videos. Absent in older daemons.'),
  untranscribed: untranscribedSpeech.optional().describe('Absent if there are none, and in older daemons.'),
  captions: captionsLeft.optional().describe('Absent if no captioner is in use or nothing is left for it.'),
  paused: z
    .enum(['asked', 'battery', 'quietHours'])
    .optional()
    .describe('Why indexing is paused; absent while it may run.'),
  indexBytes: z.number(),
  versions: z.object({ protocol: z.int(), build: z.string(), schema: z.int(), node: z.string() }),
  roles: z.array(role),
  advice: z.array(z.string()).describe('What would improve answers, one sentence each.'),
  questionLanguages: z
    .array(z.string())
    .optional()
    .describe(
      'Languages in which questions are understood, ISO 639-1: of a question in another one only the words are searched. Absent in daemons that cannot tell.',
    ),
  dataDir: z.string(),
  pid: z.int(),
});
export type Status = Message<typeof status>;
