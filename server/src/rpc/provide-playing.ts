import { provide } from './provider.ts';

export const providePlaying = provide('goldfish/playing', async (params, { session }, { players }) => {
  players.report(params, session);
  return null;
});
