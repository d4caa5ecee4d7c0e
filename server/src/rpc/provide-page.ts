import { provide } from './provider.ts';

export const providePage = provide('goldfish/page', (_params, _call, { page }) => page());
