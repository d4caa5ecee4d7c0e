import { provide } from './provider.ts';

export const provideHeat = provide('goldfish/heat', (params, call, { library }) =>
  library.heat(params, call.signal),
);
