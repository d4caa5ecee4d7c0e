import type { Client } from '../daemon/connect.ts';
import { userCommandName } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { findMissingDefaults, formatMissingModels, formatPulledModels, pullModels } from './pull-models.ts';

/**
 * The first run on one's own folder: tells which default models are missing and fetches them where the person (asked
 * once, on a terminal alone) or `models.firstPull` says so. Never asks a hub that is switched off, and never fails: what
 * is not here, indexing goes on without.
 */
export async function offerModelDownload(context: CommandContext, client: Client): Promise<void> {
  const { signal, err, json } = context;
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  const firstPullSetting = settings['models.firstPull'];
  const isInteractive = !json && err.isTTY === true && context.input?.isTTY === true;
  if (firstPullSetting !== 'always' && !(firstPullSetting === 'ask' && isInteractive)) return;
  const { list, missing } = await findMissingDefaults(context, client);
  if (list.offline || missing.length === 0) return;
  const printLine = (text: string) => void err.write(`${text}\n`);
  const disableOffer = () =>
    client.request('goldfish/settings/set', { key: 'models.firstPull', value: 'never' }, { signal });
  const pullCommand = `${userCommandName(context.env)} models pull --defaults`;
  if (firstPullSetting === 'ask') {
    printLine(
      'Models say what is seen and said and find by meaning. Without them Goldfish goes by words alone.',
    );
    printLine(`From ${list.hub}, kept in ${list.folder}:\n${formatMissingModels(missing)}`);
    if (!(await confirm(context, 'Fetch them now? [Y/n] '))) {
      await disableOffer();
      printLine(`Not fetched, and not asked again. Later: ${pullCommand}`);
      return;
    }
  }
  const result = await pullModels(context, client, missing);
  printLine(formatPulledModels(result));
  if (result.failed.length > 0) printLine(`Goldfish goes on with what is here. Later: ${pullCommand}`);
  else if (firstPullSetting === 'ask') await disableOffer();
}
