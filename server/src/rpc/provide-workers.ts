import { provide } from './provider.ts';

export const provideWorkers = provide('goldfish/workers', async (_params, _call, { workers }) => workers());
