import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { FrameImage } from '../../protocol/frames.ts';
import { uri } from './params.ts';
import { provide } from './provider.ts';

const WIDTH = 640;

/** One after another: a hasty client must not keep all the media child's hands busy. */
export const provideFrames = provide(
  'goldfish/frames',
  z.object({
    uri,
    timesMs: z.array(z.int().min(0)).min(1).max(16),
    width: z.int().min(16).max(1280).optional(),
  }),
  async ({ uri, timesMs, width = WIDTH }, { signal }, { library }) => {
    const frames: FrameImage[] = [];
    for (const timeMs of timesMs) {
      const jpeg = await library.still(uri, timeMs, { width, height: width }, signal);
      frames.push({ timeMs, mimeType: 'image/jpeg', data: Buffer.from(jpeg).toString('base64') });
    }
    return { uri, frames };
  },
);
