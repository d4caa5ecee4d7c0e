import { z } from 'zod';
import { uri } from './params.ts';
import { provide } from './provider.ts';

export const providePlayback = provide(
  'goldfish/playback',
  z.object({ uri, plays: z.array(z.string().max(20)).max(40) }),
  ({ uri, plays }, { signal }, { library }) => library.playback(uri, plays, signal),
);
