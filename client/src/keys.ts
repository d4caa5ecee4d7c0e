import { Disposable, type ExtensionContext, l10n, window } from 'vscode';
import type { Daemon } from './daemon.ts';

const KEY = 'goldfish.key';

/** The key for OpenAI-compatible hosts. It lies in the editor's secret storage; the daemon keeps it in memory alone. */
export interface Keys extends Disposable {
  /** Asks for a key and stores it; an empty one takes it away. */
  ask(): Promise<void>;
}

export function createKeys({ secrets }: Pick<ExtensionContext, 'secrets'>, daemon: Daemon): Keys {
  /** A daemon of an older build knows no such request: its own environment is all it has. */
  const tell = async () => {
    const key = (await secrets.get(KEY)) ?? null;
    await daemon.request('goldfish/models/key', { key });
  };
  const listening = Disposable.from(
    daemon.onReady(async () => {
      if ((await secrets.get(KEY)) !== undefined) await tell().catch(() => undefined);
    }),
    // Also where another window of this editor stored it.
    secrets.onDidChange(({ key }) => {
      if (key === KEY)
        void tell().catch((error: Error) => window.showErrorMessage(`Goldfish: ${error.message}`));
    }),
  );
  return {
    async ask() {
      const typed = await window.showInputBox({
        title: l10n.t('Key for Hosts'),
        prompt: l10n.t(
          'Sent to the hosts that the settings name, and to nobody else. Empty: forget the key.',
        ),
        password: true,
        ignoreFocusOut: true,
      });
      if (typed === undefined) return;
      if (typed.trim() === '') await secrets.delete(KEY);
      else await secrets.store(KEY, typed.trim());
    },
    dispose: () => void listening.dispose(),
  };
}
