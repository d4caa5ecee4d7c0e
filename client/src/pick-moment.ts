import { CancellationTokenSource, l10n, type QuickPickItem, window } from 'vscode';
import type { Hit } from '../../server/protocol/search.ts';
import { toLineMoments } from '../../server/src/core/domain/line-moments.ts';
import { formatMediaLink } from '../../server/src/core/domain/media-link.ts';
import { formatTime, nameOf } from '../page/text.ts';
import type { Daemon } from './daemon.ts';

export interface HitItem extends QuickPickItem {
  readonly hit: Hit;
}

/** Limits the results in the list. */
const MAX_RESULTS = 20;

/** Escapes `$(`, which VS Code reads as an icon, and joins lines. */
export const plainText = (text: string) => text.replaceAll('$(', '$ (').replace(/\s+/g, ' ');

/** Offers each matching line of a hit at its own second. */
const toItems = (hit: Hit): readonly HitItem[] =>
  toLineMoments(hit).map(({ startMs, endMs, text }) =>
    toItem({ ...hit, startMs, endMs, link: formatMediaLink(hit.uri, { startMs, endMs }) }, text),
  );

const toItem = (hit: Hit, text: string): HitItem => ({
  hit,
  label: plainText(text || hit.path),
  description: `${plainText(nameOf(hit.path))} ${formatTime(hit.startMs)}`,
  alwaysShow: true,
});

/** Searches while the user types, starting with `words`. Resolves with the chosen moment, or undefined. */
export function pickMoment(daemon: Daemon, words = ''): Promise<Hit | undefined> {
  const pick = window.createQuickPick<HitItem>();
  pick.placeholder = l10n.t('Search your videos');
  let currentRequest: CancellationTokenSource | undefined;
  const updateResults = async (value: string) => {
    currentRequest?.cancel();
    if (value.trim() === '') {
      pick.items = [];
      return;
    }
    const request = new CancellationTokenSource();
    currentRequest = request;
    pick.busy = true;
    try {
      const { hits } = await daemon.request(
        'goldfish/search',
        { query: value, k: MAX_RESULTS },
        { token: request.token },
      );
      if (currentRequest === request) pick.items = hits.flatMap(toItems);
    } catch (error) {
      if (currentRequest === request) void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    } finally {
      if (currentRequest === request) pick.busy = false;
    }
  };
  pick.onDidChangeValue(updateResults);
  if (words !== '') {
    pick.value = words;
    void updateResults(words);
  }
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.hit);
      pick.hide();
    });
    pick.onDidHide(() => {
      currentRequest?.cancel();
      pick.dispose();
      resolve(undefined);
    });
    pick.show();
  });
}

/** Searches and lets the user select moments. Returns undefined if the user cancels. */
export async function pickMoments(daemon: Daemon): Promise<readonly Hit[] | undefined> {
  const query = await window.showInputBox({ prompt: l10n.t('Search for the moments to export') });
  if (!query?.trim()) return undefined;
  const { hits } = await daemon.request('goldfish/search', { query, k: MAX_RESULTS });
  if (hits.length === 0) {
    void window.showInformationMessage(l10n.t('No moment matches. Try other words.'));
    return undefined;
  }
  const items = hits.map((hit) => ({ ...toItem(hit, hit.evidence[0]?.text ?? ''), picked: true }));
  const selection = await window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: l10n.t('Choose moments to export'),
  });
  return selection?.map(({ hit }) => hit);
}
