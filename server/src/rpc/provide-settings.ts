import { provide } from './provider.ts';

export const provideSettingsGet = provide('goldfish/settings/get', async (params, _call, { settings }) =>
  settings.get(params.key, params.details),
);

export const provideSettingsSet = provide('goldfish/settings/set', (params, _call, { settings }) =>
  settings.set(params.key, params.value),
);
