import { z } from 'zod';
import { ms, uri } from './base.ts';
import type { Message } from './message.ts';

export const streamRecording = z
  .object({
    id: z.string(),
    url: z.string().describe('Without user, password and parameters.'),
    folder: uri.describe(
      'Where the segments are. It is watched, so they are indexed while they are written.',
    ),
    name: z.string().describe('How the names of the segments begin.'),
    state: z
      .enum(['connecting', 'recording', 'reconnecting', 'ended', 'failed'])
      .describe('`reconnecting`: the connection was lost; a new segment begins when it is back.'),
    started: z.string().describe('ISO 8601.'),
    recordedMs: ms.describe('Length of what was recorded.'),
    stopsAt: z.string().describe('ISO 8601: when it ends by itself.'),
    reason: z.string().optional().describe('Why it reconnects, has ended or failed, and what to do.'),
  })
  .describe('The recording of a stream by the ffmpeg of the user.');
export type StreamRecordingItem = Message<typeof streamRecording>;

export const recordStartParams = z.object({
  url: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      'Address of a stream: HLS or plain HTTP (http, https), or RTSP (rtsp, only with `allowPrivate`).',
    ),
  folder: uri
    .optional()
    .describe('Where to save it; the setting `add.folder`, or else the first watched folder.'),
  name: z
    .string()
    .min(1)
    .max(120)
    .optional()
    .describe('How the names of the files begin; the host if absent.'),
  forMs: z
    .int()
    .min(1000)
    .max(7 * 24 * 3_600_000)
    .optional()
    .describe('Ends after this time, ms; 24 hours if absent.'),
  segmentMs: z
    .int()
    .min(1000)
    .max(24 * 3_600_000)
    .optional()
    .describe('Length of a file, ms; 30 minutes if absent.'),
  allowPrivate: z
    .boolean()
    .optional()
    .describe(
      'Also record from this machine and its local network. Only for a person who typed the address.',
    ),
});
export type RecordStartParams = Message<typeof recordStartParams>;

export const recordStopParams = z.object({
  id: z.string().optional().describe('Of the list; every recording if absent.'),
});
export type RecordStopParams = Message<typeof recordStopParams>;

export const recordResult = z.object({
  recordings: z
    .array(streamRecording)
    .describe('Those that the request is about; ended ones are listed until the daemon ends. Oldest first.'),
});
export type RecordResult = Message<typeof recordResult>;
