import { z } from 'zod';
import { uri } from './base.ts';
import type { Message } from './message.ts';

export const playbackParams = z.object({
  uri,
  plays: z
    .array(z.string().max(20))
    .max(40)
    .describe(
      'Containers (`mp4 webm mkv ogg mp3 wav flac`) and codecs (as in `Stream`; `pcm` for raw sound) that the player can ' +
        'play. Empty: it failed to play the file and does not know why.',
    ),
});
export type PlaybackParams = Message<typeof playbackParams>;

const conversion = z.enum(['copied', 'encoded']);

export const playbackResult = z
  .object({
    way: z
      .enum(['original', 'converted'])
      .describe(
        '`original`: the file, by ranges. `converted`: a stream that begins at `ms`, its time 0, and takes no ranges: to ' +
          'seek, request it again.',
      ),
    video: conversion.optional().describe('How the pictures are converted; absent if there are none.'),
    audio: conversion.optional().describe('How the sound is converted; absent if there is none.'),
    failure: z
      .object({ reason: z.string(), remedy: z.string() })
      .optional()
      .describe('Why the last attempt to convert it failed, and what to do.'),
  })
  .describe("How the page's server plays a video to this player: `video?uri=...&plays=a,b&ms=...`.");
export type PlaybackResult = Message<typeof playbackResult>;
