import { z } from 'zod';
import { provide } from './provider.ts';

const key = z.string().min(1).max(256);
const value = z.union([
  z.string().max(65_536),
  z.number(),
  z.boolean(),
  z.array(z.string().max(4096)).max(1000),
  z.null(),
]);

export const provideSettingsGet = provide(
  'goldfish/settings/get',
  z.object({ key: key.optional() }),
  async (params, _call, { settings }) => settings.get(params.key),
);

export const provideSettingsSet = provide(
  'goldfish/settings/set',
  z.object({ key, value }),
  (params, _call, { settings }) => settings.set(params.key, params.value),
);
