import type { Client } from '../daemon/connect.ts';
import { userCommandName } from './command.ts';
import { confirm } from './confirm.ts';
import type { CommandContext } from './context.ts';
import { findMissingDefaults, formatMissingModels, formatPulledModels, pullModels } from './pull-models.ts';

/**
 * Offers the missing default models on the first run with the user's own folder. Downloads them if the user agrees or
 * `models.firstPull` is `always`.
 *
 * - Asks once, and only on a terminal.
 * - Does nothing if downloads are off.
 * - A failed download is printed; indexing continues without that model.
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
    printLine('Optional models add transcription, visual descriptions and semantic search.');
    printLine(`From ${list.hub}, stored in ${list.folder}:\n${formatMissingModels(missing)}`);
    if (!(await confirm(context, 'Download them now? [Y/n] '))) {
      await disableOffer();
      printLine(`Nothing downloaded. To download later, run: ${pullCommand}`);
      return;
    }
  }
  const result = await pullModels(context, client, missing);
  printLine(formatPulledModels(result));
  if (result.failed.length > 0)
    printLine(`Goldfish continues without the missing models. To try again, run: ${pullCommand}`);
  else if (firstPullSetting === 'ask') await disableOffer();
}
