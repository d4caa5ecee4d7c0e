import { ConfigurationTarget, Disposable, window, workspace } from 'vscode';
import type { SettingsResult, SettingValue } from '../../server/protocol/settings.ts';
import type { Daemon } from './daemon.ts';

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/**
 * Synchronises the daemon's settings with the editor's, so that all clients see the same values. Changes in the editor
 * are sent to the daemon; a value that the daemon refuses is reset. All steps run in a queue. Change events during a
 * write to the editor come from that write, so they are ignored.
 */
export function followSettings(daemon: Daemon): Disposable {
  let daemonSettings: SettingsResult['settings'] = {};
  let queue: Promise<void> = Promise.resolve();
  let pendingShows = 0;

  const enqueue = (work: () => Promise<void>) => {
    queue = queue.then(work).catch((error: Error) => {
      void window.showErrorMessage(`Goldfish: ${error.message}`);
    });
    return queue;
  };

  const writeSetting = async (key: string, value: SettingValue) => {
    const configuration = workspace.getConfiguration('goldfish');
    const inspection = configuration.inspect(key);
    // Only write values that differ from those shown. A default needs no entry.
    if (inspection === undefined || isEqual(configuration.get(key), value)) return;
    await configuration.update(
      key,
      isEqual(inspection.defaultValue, value) ? undefined : value,
      ConfigurationTarget.Global,
    );
  };

  const showSettings = () => {
    pendingShows += 1;
    return enqueue(async () => {
      try {
        for (const key of Object.keys(daemonSettings)) await writeSetting(key, daemonSettings[key] ?? null);
      } finally {
        pendingShows -= 1;
      }
    });
  };

  const pushChanges = () =>
    enqueue(async () => {
      const configuration = workspace.getConfiguration('goldfish');
      for (const [key, previous] of Object.entries(daemonSettings)) {
        const value = configuration.get<SettingValue>(key);
        if (value === undefined || isEqual(value, previous)) continue;
        try {
          const { settings } = await daemon.request('goldfish/settings/set', { key, value });
          daemonSettings = settings;
        } catch (error) {
          void window.showErrorMessage(`Goldfish: ${(error as Error).message}`);
          await writeSetting(key, previous);
        }
      }
    });

  const acceptSettings = ({ settings }: SettingsResult) => {
    daemonSettings = settings;
    return showSettings();
  };

  return Disposable.from(
    daemon.on('goldfish/didChangeSettings', (settings) => void acceptSettings(settings)),
    daemon.onReady(async () => {
      await acceptSettings(await daemon.request('goldfish/settings/get', {})).catch(() => undefined);
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (pendingShows === 0 && change.affectsConfiguration('goldfish')) void pushChanges();
    }),
  );
}
