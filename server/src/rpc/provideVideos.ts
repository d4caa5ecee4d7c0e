import { z } from 'zod';
import { uri } from './params.ts';
import { provide } from './provider.ts';

export const provideClip = provide(
  'goldfish/clip',
  z.object({ clipId: z.string().min(1).max(256), uri: uri.optional() }),
  (params, _call, { library }) => library.clip(params.clipId, params.uri),
);

export const provideVideo = provide('goldfish/video', z.object({ uri }), (params, _call, { library }) =>
  library.video(params.uri),
);

const whole = z.int().min(0);

export const provideVideos = provide(
  'goldfish/videos',
  z.object({ uri: uri.optional(), offset: whole.optional(), limit: whole.max(10_000).optional() }),
  async (params, _call, { library }) => library.videos(params),
);
