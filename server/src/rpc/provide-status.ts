import { provide } from './provider.ts';

export const provideStatus = provide('goldfish/status', async (_params, _call, { library }) =>
  library.status(),
);

/** Answered before the drain begins; the connection closes when the drain is over. */
export const provideStop = provide('goldfish/stop', async (_params, _call, { stop }) => {
  stop('asked by a client');
  return null;
});
