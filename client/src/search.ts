import { CancellationTokenSource, type QuickPickItem, window } from 'vscode';
import type { Hit } from '../../server/protocol/search.ts';
import type { Daemon } from './daemon.ts';

interface HitItem extends QuickPickItem {
  readonly hit: Hit;
}

/** Results that the list shows. */
const RESULTS = 20;

function clock(ms: number): string {
  const all = Math.floor(ms / 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(all / 3600), Math.floor(all / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(all % 60)}` : `${minutes}:${two(all % 60)}`;
}

/** `$(` would be read as an icon. */
const text = (given: string) => given.replaceAll('$(', '$ (').replace(/\s+/g, ' ');

const itemOf = (hit: Hit): HitItem => ({
  hit,
  label: text(hit.evidence[0]?.text ?? hit.path),
  description: `${text(hit.path.split(/[\\/]/).pop() ?? hit.path)} ${clock(hit.startMs)}`,
  alwaysShow: true,
});

/** A quick pick whose list follows what is typed; resolves with the moment chosen. */
export function pickMoment(daemon: Daemon): Promise<Hit | undefined> {
  const pick = window.createQuickPick<HitItem>();
  pick.placeholder = 'Search in your videos';
  let running: CancellationTokenSource | undefined;
  pick.onDidChangeValue(async (value) => {
    running?.cancel();
    if (value.trim() === '') {
      pick.items = [];
      return;
    }
    const mine = new CancellationTokenSource();
    running = mine;
    pick.busy = true;
    try {
      const client = await daemon.client();
      const query = { query: value, k: RESULTS };
      const { hits } = await client.sendRequest<{ hits: Hit[] }>('goldfish/search', query, mine.token);
      if (running === mine) pick.items = hits.map(itemOf);
    } catch (error) {
      if (running === mine) void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
    } finally {
      if (running === mine) pick.busy = false;
    }
  });
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
