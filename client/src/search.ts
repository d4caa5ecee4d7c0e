import { CancellationTokenSource, l10n, type QuickPickItem, window } from 'vscode';
import type { Hit } from '../../server/protocol/search.ts';
import { clock, nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';

export interface HitItem extends QuickPickItem {
  readonly hit: Hit;
}

/** Results that the list shows. */
const RESULTS = 20;

/** `$(` would be read as an icon. */
export const plainText = (given: string) => given.replaceAll('$(', '$ (').replace(/\s+/g, ' ');

const itemOf = (hit: Hit): HitItem => ({
  hit,
  label: plainText(hit.evidence[0]?.text ?? hit.path),
  description: `${plainText(nameOf(hit.path))} ${clock(hit.startMs)}`,
  alwaysShow: true,
});

/** A quick pick whose list follows what is typed, from `words` on; resolves with the moment chosen. */
export function pickMoment(daemon: Daemon, words = ''): Promise<Hit | undefined> {
  const pick = window.createQuickPick<HitItem>();
  pick.placeholder = l10n.t('Search in your videos');
  let running: CancellationTokenSource | undefined;
  const follow = async (value: string) => {
    running?.cancel();
    if (value.trim() === '') {
      pick.items = [];
      return;
    }
    const mine = new CancellationTokenSource();
    running = mine;
    pick.busy = true;
    try {
      const { hits } = await daemon.request(
        'goldfish/search',
        { query: value, k: RESULTS },
        { token: mine.token },
      );
      if (running === mine) pick.items = hits.map(itemOf);
    } catch (error) {
      if (running === mine) void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    } finally {
      if (running === mine) pick.busy = false;
    }
  };
  pick.onDidChangeValue(follow);
  if (words !== '') {
    pick.value = words;
    void follow(words);
  }
  return new Promise((done) => {
    pick.onDidAccept(() => {
      done(pick.selectedItems[0]?.hit);
      pick.hide();
    });
    pick.onDidHide(() => {
      running?.cancel();
      pick.dispose();
      done(undefined);
    });
    pick.show();
  });
}

/** Moments of one search that the person ticks; undefined where they gave up. */
export async function pickMoments(daemon: Daemon): Promise<readonly Hit[] | undefined> {
  const query = await window.showInputBox({ prompt: l10n.t('Search for the moments to export') });
  if (!query?.trim()) return undefined;
  const { hits } = await daemon.request('goldfish/search', { query, k: RESULTS });
  if (hits.length === 0) {
    void window.showInformationMessage(l10n.t('Goldfish found nothing for these words.'));
    return undefined;
  }
  const items = hits.map((hit) => ({ ...itemOf(hit), picked: true }));
  const chosen = await window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: l10n.t('Which moments?'),
  });
  return chosen?.map(({ hit }) => hit);
}
