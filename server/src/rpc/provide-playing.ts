import { provide } from './provider.ts';

export const providePlaying = provide('goldfish/playing', async () => null);
