import { provide } from './provider.ts';

export const providePlayback = provide('goldfish/playback', ({ uri, plays }, { signal }, { library }) =>
  library.playback(uri, plays, signal),
);
