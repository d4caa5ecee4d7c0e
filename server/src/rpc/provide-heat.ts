import { RequestError } from '../library.ts';
import { provide } from './provider.ts';

export const provideHeat = provide('goldfish/heat', async () => {
  throw new RequestError('unavailable', 'Heat maps are not built yet.', 'Update Goldfish.');
});
