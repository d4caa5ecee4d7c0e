import { provide } from './provider.ts';

export const provideReel = provide('goldfish/reel', (params, { signal }, { library }) =>
  library.reel(params, signal),
);
