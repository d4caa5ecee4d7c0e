import { provide } from './provider.ts';

export const providePage = provide('goldfish/page', async (_params, _call, { page }) => ({
  url: await page(),
}));
