import type { SettingsResult } from '../../protocol/settings.ts';
import type { Settings } from '../core/domain/settings.ts';
import { RequestError } from '../library.ts';
import type { SettingsService } from '../rpc/services.ts';
import { isSettingKey } from '../settings/schema.ts';
import { type OpenSettings, SettingError } from '../settings/settings-file.ts';

/** The settings as sessions serve them: the protocol's results, and RequestErrors. */
export function serveSettings(settings: OpenSettings): SettingsService {
  const result = (all: Settings): SettingsResult => ({ settings: { ...all } });
  return {
    get(key) {
      if (key === undefined) return result(settings.all());
      if (!isSettingKey(key))
        throw new RequestError(
          'notFound',
          `There is no setting ${key}.`,
          'List them with: goldfish settings get',
        );
      return { settings: { [key]: settings.all()[key] } };
    },
    async set(key, value) {
      try {
        await settings.set(key, value);
      } catch (error) {
        if (!(error instanceof SettingError)) throw error;
        throw new RequestError('invalid', error.message, 'List settings with: goldfish settings get');
      }
      return result(settings.all());
    },
    onChange: (listener) => settings.onChange((all) => listener(result(all))),
  };
}
