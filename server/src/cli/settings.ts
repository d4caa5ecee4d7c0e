import type { SettingsResult, SettingValue } from '../../protocol/settings.ts';
import { examples, type Register } from './command.ts';
import { cleanLine } from './escape.ts';
import { usageError } from './failure.ts';

/** A value as typed in a shell, in the shape that the setting has now. The daemon checks its range. */
export function settingFrom(text: string, now: SettingValue): SettingValue {
  if (Array.isArray(now)) {
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (typeof now === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) {
      throw usageError(`"${text}" is not a number.`, 'This setting takes a number.');
    }
    return value;
  }
  if (typeof now === 'boolean') {
    if (/^(true|on|yes)$/i.test(text)) return true;
    if (/^(false|off|no)$/i.test(text)) return false;
    throw usageError(`"${text}" is neither true nor false.`, 'This setting takes true or false.');
  }
  return text;
}

function settingsText({ settings }: SettingsResult): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${cleanLine(Array.isArray(value) ? value.join(',') : String(value))}`)
    .join('\n');
}

export const settings: Register = (program, run) => {
  const group = program.command('settings').description('read and change the settings of this data folder');
  group
    .command('get', { isDefault: true })
    .argument('[key]', 'one setting; all where absent')
    .description('print settings')
    .addHelpText('after', examples('goldfish settings get', 'goldfish settings get work.cpuShare'))
    .action((key: string | undefined) =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/settings/get', { key }, { signal: context.signal });
        return { result, text: settingsText(result) };
      }),
    );
  group
    .command('set')
    .argument('<key>')
    .argument('[value]', 'a list is written with commas; without a value the default comes back')
    .description('change a setting')
    .addHelpText(
      'after',
      examples(
        'goldfish settings set work.cpuShare 25',
        'goldfish settings set screenText.languages eng,deu',
      ),
    )
    .action((key: string, text: string | undefined) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const now = await client.request('goldfish/settings/get', { key }, { signal });
        const value = text === undefined ? null : settingFrom(text, now.settings[key] ?? null);
        const result = await client.request('goldfish/settings/set', { key, value }, { signal });
        const shown = key in result.settings ? { settings: { [key]: result.settings[key] ?? null } } : result;
        return { result, text: settingsText(shown) };
      }),
    );
};
