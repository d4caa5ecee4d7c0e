import type { AlertItem } from '../../protocol/alerts.ts';
import { formatTime } from '../core/domain/format-time.ts';
import { formatExamples, type RegisterCommand } from './command.ts';
import { formatCount } from './format.ts';
import { sanitiseLine } from './sanitise-terminal.ts';

/** Maximum number of matches shown of one alert; `--json` has more. */
const MAX_SHOWN = 3;

interface AddOptions {
  readonly desktop: boolean;
  readonly webhook?: string;
}

function formatAlert({ id, query, count, matches, desktop, webhook }: AlertItem): string {
  const ways = [...(desktop ? [] : ['no desktop notification']), ...(webhook === undefined ? [] : [webhook])];
  const waysText = ways.length > 0 ? `  [${sanitiseLine(ways.join(', '))}]` : '';
  const shown = matches.slice(0, MAX_SHOWN).map(({ path, startMs, text }) => {
    const place = `${path.split(/[/\\]/).at(-1) ?? path} ${formatTime(startMs)}`;
    return `    ${sanitiseLine(place)}  ${sanitiseLine(text)}`;
  });
  return [`${id}  ${sanitiseLine(query)}  matched ${formatCount(count, 'time')}${waysText}`, ...shown].join(
    '\n',
  );
}

function formatAlerts(alerts: readonly AlertItem[]): string {
  if (alerts.length === 0) return 'No alerts. Add one with: goldfish alerts add WORDS';
  return alerts.map(formatAlert).join('\n');
}

export const registerAlerts: RegisterCommand = (program, run) => {
  const command = program
    .command('alerts')
    .description('list, add and remove searches that notify when newly indexed text matches')
    .addHelpText('after', formatExamples('goldfish alerts', 'goldfish alerts add budget'));
  command
    .command('list', { isDefault: true })
    .description('list the alerts and their last matches')
    .addHelpText('after', formatExamples('goldfish alerts list', 'goldfish alerts list --json'))
    .action(() =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/alerts/list', {}, { signal: context.signal });
        return { result, text: formatAlerts(result.alerts) };
      }),
    );
  command
    .command('add')
    .argument('<words...>', 'words that a sentence must hold, and operators of the search')
    .option('--no-desktop', 'show no desktop notification (they need notify-send)')
    .option('--webhook <url>', 'also post each match as JSON to this address on this machine')
    .description('notify when newly indexed text holds these words')
    .addHelpText(
      'after',
      formatExamples(
        'goldfish alerts add budget',
        `goldfish alerts add 'said:deadline in:meetings'`,
        'goldfish alerts add budget --webhook http://127.0.0.1:8080/hook',
      ),
    )
    .action((words: readonly string[], { desktop, webhook }: AddOptions) =>
      run(async (context) => {
        const client = await context.client();
        const params = { query: words.join(' '), desktop, webhook };
        const result = await client.request('goldfish/alerts/add', params, { signal: context.signal });
        return { result, text: formatAlerts(result.alerts) };
      }),
    );
  command
    .command('remove')
    .argument('<id>', 'the number of an alert, from the list')
    .description('delete an alert')
    .addHelpText('after', formatExamples('goldfish alerts remove 1'))
    .action((id: string) =>
      run(async (context) => {
        const client = await context.client();
        const result = await client.request('goldfish/alerts/remove', { id }, { signal: context.signal });
        return { result, text: formatAlerts(result.alerts) };
      }),
    );
};
