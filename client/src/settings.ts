import { ConfigurationTarget, Disposable, window, workspace } from 'vscode';
import type { SettingsResult, SettingValue } from '../../server/protocol/settings.ts';
import type { Daemon } from './daemon.ts';

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Shows the daemon's settings as the editor's, and writes what the person changes there through to the daemon, so
 * that all clients see one truth. The daemon's word counts: what it refuses is set back. One thing at a time: what the
 * editor tells of while the daemon's word is being written down is that word, and nobody's wish.
 */
export function followSettings(daemon: Daemon): Disposable {
  let truth: SettingsResult['settings'] = {};
  let last: Promise<void> = Promise.resolve();
  let showing = 0;

  const inTurn = (work: () => Promise<void>) => {
    last = last.then(work).catch((error: Error) => {
      void window.showErrorMessage(`Goldfish: ${error.message}`);
    });
    return last;
  };

  const write = async (key: string, value: SettingValue) => {
    const shown = workspace.getConfiguration('goldfish');
    const known = shown.inspect(key);
    // Only what differs from what is shown: a default needs no entry.
    if (known === undefined || same(shown.get(key), value)) return;
    await shown.update(key, same(known.defaultValue, value) ? undefined : value, ConfigurationTarget.Global);
  };

  const show = () => {
    showing += 1;
    return inTurn(async () => {
      try {
        for (const key of Object.keys(truth)) await write(key, truth[key] ?? null);
      } finally {
        showing -= 1;
      }
    });
  };

  const push = () =>
    inTurn(async () => {
      const shown = workspace.getConfiguration('goldfish');
      for (const [key, before] of Object.entries(truth)) {
        const value = shown.get<SettingValue>(key);
        if (value === undefined || same(value, before)) continue;
        try {
          const { settings } = await daemon.request('goldfish/settings/set', { key, value });
          truth = settings;
        } catch (error) {
          void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
          await write(key, before);
        }
      }
    });

  const take = ({ settings }: SettingsResult) => {
    truth = settings;
    return show();
  };

  return Disposable.from(
    daemon.on('goldfish/didChangeSettings', (settings) => void take(settings)),
    daemon.onReady(async () => {
      await take(await daemon.request('goldfish/settings/get', {})).catch(() => undefined);
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (showing === 0 && change.affectsConfiguration('goldfish')) void push();
    }),
  );
}
