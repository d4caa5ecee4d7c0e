import type { SettingsResult } from '../../protocol/settings.ts';
import type { Settings } from '../core/domain/settings.ts';
import { RequestError } from '../library.ts';
import type { SettingsService } from '../rpc/services.ts';
import { isSettingKey } from '../settings/schema.ts';
import { type OpenSettings, SettingError } from '../settings/settings-file.ts';

/** Serves the settings to sessions as the protocol's results. Invalid requests throw RequestError. */
export function serveSettings(settings: OpenSettings): SettingsService {
  const result = (all: Settings): SettingsResult => ({ settings: { ...all } });
  return {
    get(key) {
      if (key === undefined) return result(settings.all());
      if (!isSettingKey(key))
        throw new RequestError(
          'notFound',
          `Unknown setting "${key}".`,
          'Run "goldfish settings get" to list all settings.',
        );
      return { settings: { [key]: settings.all()[key] } };
    },
    async set(key, value) {
      try {
        await settings.set(key, value);
      } catch (error) {
        if (!(error instanceof SettingError)) throw error;
        throw new RequestError('invalid', error.message, 'Run "goldfish settings get" to list all settings.');
      }
      return result(settings.all());
    },
    onChange: (listener) => settings.onChange((all) => listener(result(all))),
  };
}
