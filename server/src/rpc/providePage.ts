import { none } from './params.ts';
import { provide } from './provider.ts';

export const providePage = provide('goldfish/page', none, async (_params, _call, { page }) => ({
  url: await page(),
}));
