import { ConfigurationTarget, Disposable, window, workspace } from 'vscode';
import type { SettingsResult, SettingValue } from '../../server/protocol/settings.ts';
import type { Daemon } from './daemon.ts';

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Shows the daemon's settings as the editor's, and writes what the person changes there through to the daemon, so
 * that all clients see one truth. The daemon's word counts: what it refuses is set back.
 */
export function followSettings(daemon: Daemon): Disposable {
  let truth: SettingsResult['settings'] = {};

  const take = async ({ settings }: SettingsResult) => {
    truth = settings;
    const shown = workspace.getConfiguration('goldfish');
    for (const [key, value] of Object.entries(settings)) {
      // Only what differs from what is shown: a default needs no entry.
      if (shown.inspect(key) !== undefined && !same(shown.get(key), value))
        await shown.update(key, value, ConfigurationTarget.Global);
    }
  };
  const push = async () => {
    const shown = workspace.getConfiguration('goldfish');
    for (const [key, before] of Object.entries(truth)) {
      const value = shown.get<SettingValue>(key);
      if (value === undefined || same(value, before)) continue;
      try {
        await daemon.request('goldfish/settings/set', { key, value });
      } catch (error) {
        void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
        await shown.update(key, before, ConfigurationTarget.Global);
      }
    }
  };
  return Disposable.from(
    daemon.on('goldfish/didChangeSettings', (settings) => void take(settings)),
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('goldfish')) void push();
    }),
  );
}
