import { provide } from './provider.ts';

export const provideSubtitles = provide('goldfish/subtitles', (params, _call, { library }) =>
  library.subtitles(params),
);
