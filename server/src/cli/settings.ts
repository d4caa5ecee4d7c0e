import type { SettingsResult, SettingValue } from '../../protocol/settings.ts';
import { usageError } from './cli-failure.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import type { CommandContext } from './context.ts';
import { createTextStyler } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';
import { columnsOf, wrapText } from './terminal.ts';

/** Parses a value from the command line into the type of the current value. The daemon checks its range. */
function parseSettingValue(text: string, currentValue: SettingValue): SettingValue {
  if (Array.isArray(currentValue)) {
    // JSON, for items with commas.
    if (text.trimStart().startsWith('[')) return parseJsonList(text);
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }
  if (typeof currentValue === 'number') {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) {
      throw usageError(`"${text}" is not a number.`, 'Give a number.');
    }
    return value;
  }
  if (typeof currentValue === 'boolean') {
    if (/^(true|on|yes)$/i.test(text)) return true;
    if (/^(false|off|no)$/i.test(text)) return false;
    throw usageError(`"${text}" is neither true nor false.`, 'Give true or false.');
  }
  return text;
}

function parseJsonList(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  } catch {
    // Reported below.
  }
  throw usageError(
    `${text} is not a list of texts.`,
    'Separate items with commas, or give JSON such as ["a", "b"].',
  );
}

/** Lines of text are easier to read if they are not longer. */
const MAX_TEXT_COLUMNS = 100;

function formatValue(value: SettingValue): string {
  const text = sanitiseLine(Array.isArray(value) ? value.join(',') : String(value));
  return text === '' ? '""' : text;
}

function formatSettings({ settings }: SettingsResult): string {
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${sanitiseLine(Array.isArray(value) ? value.join(',') : String(value))}`)
    .join('\n');
}

/** Formats settings with what each does, wrapped to the terminal. A value that is not the default is marked. */
function formatSettingDetails({ settings, details = {} }: SettingsResult, context: CommandContext): string {
  const paint = createTextStyler(context.out, context.env);
  const columns = Math.min(columnsOf(context.out), MAX_TEXT_COLUMNS);
  return Object.entries(settings)
    .map(([key, value]) => {
      const detail = details[key];
      const isDefault = JSON.stringify(detail?.default) === JSON.stringify(value);
      const change = isDefault || detail === undefined ? '' : `  (default: ${formatValue(detail.default)})`;
      const head = `${paint('bold', key)} = ${formatValue(value)}${paint('yellow', change)}`;
      return `${head}\n${paint('dim', wrapText(`    ${detail?.description ?? ''}`, columns))}`;
    })
    .join('\n');
}

export const registerSettings: RegisterCommand = (program, run) => {
  const command = program
    .command('settings')
    .description('read and change the settings of this data folder')
    .addHelpText('after', formatExamples('goldfish settings list', 'goldfish settings set work.cpuShare 25'));
  command
    .command('list')
    .description('print all settings with what each does and its default')
    .addHelpText('after', formatExamples('goldfish settings list', 'goldfish settings list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const result = await client.request('goldfish/settings/get', { details: true }, { signal });
        return { result, text: formatSettingDetails(result, context) };
      }),
    );
  command
    .command('get', { isDefault: true })
    .argument('[key]', 'one setting (default: all)')
    .description('print settings')
    .addHelpText('after', formatExamples('goldfish settings get', 'goldfish settings get work.cpuShare'))
    .action((key: string | undefined) =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/settings/get', { key }, { signal: context.signal });
        return { result, text: formatSettings(result) };
      }),
    );
  command
    .command('set')
    .argument('<key>')
    .argument('[value]', 'the new value, with commas between list items (default: reset to the default)')
    .description('change a setting')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish settings set work.cpuShare 25',
        'goldfish settings set screenText.languages eng,deu',
      ),
    )
    .action((key: string, text: string | undefined) =>
      run(async (context) => {
        const client = await context.client();
        const { signal } = context;
        const current = await client.request('goldfish/settings/get', { key }, { signal });
        const value = text === undefined ? null : parseSettingValue(text, current.settings[key] ?? null);
        const result = await client.request('goldfish/settings/set', { key, value }, { signal });
        const printed =
          key in result.settings ? { settings: { [key]: result.settings[key] ?? null } } : result;
        return { result, text: formatSettings(printed) };
      }),
    );
};
