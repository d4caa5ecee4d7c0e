import { z } from 'zod';
import { ms, time, uri } from './base.ts';
import type { Message } from './message.ts';

export const framesParams = z.object({
  uri: uri.describe('An indexed video.'),
  timesMs: z
    .array(time)
    .min(1)
    .max(16)
    .describe('1 to 16 times, none after the end; the frame shown at each is returned, in this order.'),
  width: z
    .int()
    .min(16)
    .max(1280)
    .optional()
    .describe('px, 16 to 1280; 640 if absent. No frame is enlarged, and none is taller than this.'),
});
export type FramesParams = Message<typeof framesParams>;

export const frameImage = z.object({
  timeMs: ms,
  mimeType: z.literal('image/jpeg'),
  data: z.string().describe('Base64.'),
});
export type FrameImage = Message<typeof frameImage>;

export const framesResult = z.object({ uri, frames: z.array(frameImage) });
export type FramesResult = Message<typeof framesResult>;
