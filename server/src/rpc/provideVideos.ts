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
