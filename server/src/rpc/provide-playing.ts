import { provide } from './provider.ts';

export const providePlaying = provide(
  'goldfish/playing',
  async (params, { session }, { players, library }) => {
    players.report(params, session);
    const { from, player, state, uri, ms } = params;
    if (from === player && state === 'playing') await library.opened(uri, ms);
    return null;
  },
);
