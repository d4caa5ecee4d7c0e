import type { SettingDetail, SettingsResult } from '../../protocol/settings.ts';
import type { Settings } from '../core/domain/settings.ts';
import { suggestName } from '../core/language/closest-name.ts';
import { RequestError } from '../library.ts';
import type { SettingsService } from '../rpc/services.ts';
import { isSettingKey, settingKeys, settingsSchema } from '../settings/schema.ts';
import { type OpenSettings, SettingError } from '../settings/settings-file.ts';

/** What each setting does, and its default. */
const settingDetails = Object.fromEntries(
  settingKeys.map((key): [string, SettingDetail] => {
    const schema = settingsSchema[key];
    return [key, { description: schema.description ?? '', default: schema.parse(undefined) }];
  }),
) as Readonly<Record<keyof Settings, SettingDetail>>;

/** Serves the settings to sessions as the protocol's results. Invalid requests throw RequestError. */
export function serveSettings(settings: OpenSettings): SettingsService {
  const result = (all: Settings): SettingsResult => ({ settings: { ...all } });
  return {
    get(key, details) {
      if (key === undefined)
        return { ...result(settings.all()), ...(details && { details: settingDetails }) };
      if (!isSettingKey(key))
        throw new RequestError(
          'notFound',
          `Unknown setting "${key}".${suggestName(key, settingKeys)}`,
          'Run "goldfish settings list" to see all settings.',
        );
      const detail = details && { details: { [key]: settingDetails[key] } };
      return { settings: { [key]: settings.all()[key] }, ...detail };
    },
    async set(key, value) {
      try {
        await settings.set(key, value);
      } catch (error) {
        if (!(error instanceof SettingError)) throw error;
        throw new RequestError('invalid', error.message, 'Run "goldfish settings list" to see all settings.');
      }
      return result(settings.all());
    },
    onChange: (listener) => settings.onChange((all) => listener(result(all))),
  };
}
