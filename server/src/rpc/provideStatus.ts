import { none } from './params.ts';
import { provide } from './provider.ts';

export const provideStatus = provide('goldfish/status', none, async (_params, _call, { library }) =>
  library.status(),
);

/** Answered before the drain begins; the closing of the connection tells that it is over. */
export const provideStop = provide('goldfish/stop', none, async (_params, _call, { stop }) => {
  stop('asked by a client');
  return null;
});
