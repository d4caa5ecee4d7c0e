import { Disposable, type ExtensionContext, l10n, window } from 'vscode';
import type { Daemon } from './daemon.ts';

const SECRET_NAME = 'goldfish.key';

/**
 * Stores the API key for OpenAI-compatible servers in the editor's secret storage. The daemon only holds it in memory.
 */
export interface ApiKeyStore extends Disposable {
  /** Asks for a key and stores it. An empty key removes the stored one. */
  ask(): Promise<void>;
}

export function createApiKeyStore(
  { secrets }: Pick<ExtensionContext, 'secrets'>,
  daemon: Daemon,
): ApiKeyStore {
  /** Sends the key to the daemon. Rejects if the daemon's build is too old for this request. */
  const sendKey = async () => {
    const key = (await secrets.get(SECRET_NAME)) ?? null;
    await daemon.request('goldfish/models/key', { key });
  };
  const subscriptions = Disposable.from(
    daemon.onReady(async () => {
      if ((await secrets.get(SECRET_NAME)) !== undefined) await sendKey().catch(() => undefined);
    }),
    // Another window of this editor may have stored the key.
    secrets.onDidChange(({ key }) => {
      if (key === SECRET_NAME)
        void sendKey().catch((error: Error) => window.showErrorMessage(`Goldfish: ${error.message}`));
    }),
  );
  return {
    async ask() {
      const input = await window.showInputBox({
        title: l10n.t('API Key'),
        prompt: l10n.t(
          'Sent only to the model servers named in the settings. Leave empty to remove the stored key.',
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
