import type { SettingDetail, SettingsResult, SettingValue } from '../../protocol/settings.ts';
import { HIDDEN_SECRET, toDisplayAddress } from '../base/redact-secrets.ts';
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

/** Returns a value for display: addresses without user, password and secret parameters. */
function toDisplayValue(value: SettingValue): SettingValue {
  return typeof value === 'string' ? toDisplayAddress(value) : value;
}

function hasHiddenSecret(value: SettingValue): boolean {
  return typeof value === 'string' && value.includes('://') && value.includes(HIDDEN_SECRET);
}

/** Serves the settings to sessions as the protocol's results. Invalid requests throw RequestError. */
export function serveSettings(settings: OpenSettings): SettingsService {
  const result = (all: Settings): SettingsResult => ({
    settings: Object.fromEntries(Object.entries(all).map(([key, value]) => [key, toDisplayValue(value)])),
  });
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
      return { settings: { [key]: toDisplayValue(settings.all()[key]) }, ...detail };
    },
    async set(key, value) {
      if (isSettingKey(key) && hasHiddenSecret(value)) {
        // A client sends back what it was shown: nothing changes.
        if (value === toDisplayValue(settings.all()[key])) return result(settings.all());
        throw new RequestError(
          'invalid',
          `${key}: ${HIDDEN_SECRET} stands for a password that is not shown.`,
          'Give the whole address with the password.',
        );
      }
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
