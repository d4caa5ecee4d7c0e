import { type Disposable, l10n, window } from 'vscode';
import type { AlertEvent } from '../../server/protocol/alerts.ts';
import { formatTime, nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';
import type { Pages } from './pages.ts';
import { plainText } from './pick-moment.ts';

/** Saves a search that notifies, for the words given or those that the user enters. */
export async function addAlert(daemon: Daemon, presetQuery?: string): Promise<void> {
  const query =
    presetQuery ??
    (await window.showInputBox({ prompt: l10n.t('Notify when newly indexed text holds these words') }));
  if (!query?.trim()) return;
  await daemon.request('goldfish/alerts/add', { query });
  void window.showInformationMessage(
    l10n.t('Goldfish tells you when "{0}" is said or shown in a new video.', query),
  );
}

/** Deletes a saved search that the user chooses. */
export async function removeAlert(daemon: Daemon): Promise<void> {
  const { alerts } = await daemon.request('goldfish/alerts/list', {});
  if (alerts.length === 0) {
    void window.showInformationMessage(l10n.t('There are no alerts.'));
    return;
  }
  const items = alerts.map(({ id, query, count }) => ({
    id,
    label: plainText(query),
    description: l10n.t('{0} matches', count),
  }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Choose an alert to remove') });
  if (picked) await daemon.request('goldfish/alerts/remove', { id: picked.id });
}

/** Shows each match of an alert, and plays it if the user wants. */
export function showAlerts(daemon: Daemon, pages: Pages): Disposable {
  const show = async ({ alert, path, uri, count, matches }: AlertEvent) => {
    const [first] = matches;
    if (first === undefined) return;
    const open = l10n.t('Open');
    const place = `${nameOf(path)} ${formatTime(first.startMs)}`;
    const more = count > 1 ? ` ${l10n.t('and {0} more', count - 1)}` : '';
    const message = `${alert.query}: “${first.text}” (${place})${more}`;
    if ((await window.showInformationMessage(message, open)) === open)
      pages.show({ v: uri, t: String(first.startMs / 1000) });
  };
  return daemon.on('goldfish/didMatchAlert', (event) => void show(event));
}
