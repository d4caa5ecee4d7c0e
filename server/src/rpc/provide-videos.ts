import { provide } from './provider.ts';

export const provideClip = provide('goldfish/clip', (params, _call, { library }) =>
  library.clip(params.clipId, params.uri),
);

export const provideVideo = provide('goldfish/video', (params, _call, { library }) =>
  library.video(params.uri),
);

export const provideVideos = provide('goldfish/videos', async (params, _call, { library }) =>
  library.videos(params),
);
