import { provide } from './provider.ts';

export const provideStatus = provide('goldfish/status', async (_params, _call, { library }) =>
  library.status(),
);

/** Stops the daemon. The answer is sent before the shutdown starts, and the connection closes when it is finished. */
export const provideStop = provide('goldfish/stop', async (_params, _call, { stop }) => {
  stop('stopped', 'asked by a client');
  return null;
});
