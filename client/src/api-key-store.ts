import { Disposable, type ExtensionContext, l10n, window } from 'vscode';
import type { Daemon } from './daemon.ts';

const SECRET_NAME = 'goldfish.key';

/** The key for OpenAI-compatible hosts. It lies in the editor's secret storage; the daemon keeps it in memory alone. */
export interface ApiKeyStore extends Disposable {
  /** Asks for a key and stores it; an empty one takes it away. */
  ask(): Promise<void>;
}

export function createApiKeyStore(
  { secrets }: Pick<ExtensionContext, 'secrets'>,
  daemon: Daemon,
): ApiKeyStore {
  /** A daemon of an older build knows no such request: its own environment is all it has. */
  const sendKey = async () => {
    const key = (await secrets.get(SECRET_NAME)) ?? null;
    await daemon.request('goldfish/models/key', { key });
  };
  const subscriptions = Disposable.from(
    daemon.onReady(async () => {
      if ((await secrets.get(SECRET_NAME)) !== undefined) await sendKey().catch(() => undefined);
    }),
    // Also where another window of this editor stored it.
    secrets.onDidChange(({ key }) => {
      if (key === SECRET_NAME)
        void sendKey().catch((error: Error) => window.showErrorMessage(`Goldfish: ${error.message}`));
    }),
  );
  return {
    async ask() {
      const input = await window.showInputBox({
        title: l10n.t('Key for Hosts'),
        prompt: l10n.t(
          'Sent to the hosts that the settings name, and to nobody else. Empty: forget the key.',
        ),
        password: true,
        ignoreFocusOut: true,
      });
      if (input === undefined) return;
      if (input.trim() === '') await secrets.delete(SECRET_NAME);
      else await secrets.store(SECRET_NAME, input.trim());
    },
    dispose: () => void subscriptions.dispose(),
  };
}
