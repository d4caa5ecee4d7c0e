import type { Client } from '../daemon/connect.ts';
import { asks } from './asks.ts';
import { commandName } from './command.ts';
import type { Context } from './context.ts';
import { missingDefaults, missingText, pullAll, pulledAllText } from './pull.ts';

/**
 * The first run on one's own folder: tells which default models are missing and fetches them where the person (asked
 * once, on a terminal alone) or `models.firstPull` says so. Never asks a hub that is switched off, and never fails: what
 * is not here, indexing goes on without.
 */
export async function offerModels(context: Context, client: Client): Promise<void> {
  const { signal, err, json } = context;
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  const wish = settings['models.firstPull'];
  const terminal = !json && err.isTTY === true && context.input?.isTTY === true;
  if (wish !== 'always' && !(wish === 'ask' && terminal)) return;
  const { list, missing } = await missingDefaults(context, client);
  if (list.offline || missing.length === 0) return;
  const say = (text: string) => void err.write(`${text}\n`);
  const never = () =>
    client.request('goldfish/settings/set', { key: 'models.firstPull', value: 'never' }, { signal });
  const later = `${commandName(context.env)} models pull --defaults`;
  if (wish === 'ask') {
    say('Models say what is seen and said and find by meaning. Without them Goldfish goes by words alone.');
    say(`From ${list.hub}, kept in ${list.folder}:\n${missingText(missing)}`);
    if (!(await asks(context, 'Fetch them now? [Y/n] '))) {
      await never();
      say(`Not fetched, and not asked again. Later: ${later}`);
      return;
    }
  }
  const result = await pullAll(context, client, missing);
  say(pulledAllText(result));
  if (result.failed.length > 0) say(`Goldfish goes on with what is here. Later: ${later}`);
  else if (wish === 'ask') await never();
}
