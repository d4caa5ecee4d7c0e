import { Buffer } from 'node:buffer';
import type { FrameImage } from '../../protocol/frames.ts';
import { provide } from './provider.ts';

const DEFAULT_WIDTH_PX = 640;

/** Extracts frames one after the other, so that one client cannot occupy the media process. */
export const provideFrames = provide(
  'goldfish/frames',
  async ({ uri, timesMs, width = DEFAULT_WIDTH_PX }, { signal }, { library }) => {
    const frames: FrameImage[] = [];
    for (const timeMs of timesMs) {
      const jpeg = await library.still(uri, timeMs, { width, height: width }, signal);
      frames.push({ timeMs, mimeType: 'image/jpeg', data: Buffer.from(jpeg).toString('base64') });
    }
    return { uri, frames };
  },
);
