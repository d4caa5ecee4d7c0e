import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { listSetAside, setFileAside } from '../base/set-aside.ts';
import type { Settings } from '../core/domain/settings.ts';
import { suggestName } from '../core/language/closest-name.ts';
import {
  completeSettings,
  formatSettingProblem,
  isSettingKey,
  settingKeys,
  settingsSchema,
} from './schema.ts';

/** An unknown setting or an invalid value. The message names the setting and the accepted values. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export interface OpenSettings {
  all(): Settings;
  /** Problems found when the file was last read, one sentence each. */
  problems(): readonly string[];
  /**
   * Sets a value; `null` restores the default. Resolves when the file is written. Rejects with SettingError.
   */
  set(key: string, value: unknown): Promise<void>;
  /** Called after each change, made by `set` or by editing the file. */
  onChange(listener: (settings: Settings) => void): () => void;
  close(): Promise<void>;
}

type StoredSettings = Readonly<Record<string, unknown>>;

/**
 * Opens the settings of a data folder. Its settings.json contains only values that differ from the unset
 * state.
 */
export async function openSettings(dataDir: string): Promise<OpenSettings> {
  const path = join(dataDir, 'settings.json');
  const listeners = new Set<(settings: Settings) => void>();
  let valueProblems: readonly string[] = [];
  let storedSettings: StoredSettings = {};
  let settings: Settings;
  let lastChange: Promise<void> = Promise.resolve();

  const applyStored = (next: StoredSettings) => {
    const completedSettings = completeSettings(next);
    const previousJson = JSON.stringify(settings);
    storedSettings = next;
    settings = completedSettings.settings;
    valueProblems = completedSettings.problems;
    if (previousJson !== undefined && previousJson !== JSON.stringify(settings))
      for (const listener of listeners) listener(settings);
  };

  const firstRead = await readSettingsFile(path);
  if (firstRead === undefined) {
    await setFileAside(path);
  }
  const fileProblems = (await listSetAside(path)).map(
    (keptPath) =>
      `${path} was not a valid JSON object. It is kept as ${keptPath}, and the default settings are used. Change the settings again, then delete that file.`,
  );
  applyStored(firstRead ?? {});

  /** Runs changes one after another, each on the current contents of the file. */
  const queueChange = (edit: (current: StoredSettings) => Promise<StoredSettings>): Promise<void> => {
    const finishedChange = lastChange.then(async () => {
      const current = await readSettingsFile(path);
      applyStored(await edit(current ?? storedSettings));
    });
    lastChange = finishedChange.catch(() => undefined);
    return finishedChange;
  };

  // A half-written or broken file changes nothing until it can be read.
  const reload = () => queueChange(async (current) => current).catch(() => undefined);
  const watcher = watchFile(dataDir, basename(path), reload);

  return {
    all: () => settings,
    problems: () => [...fileProblems, ...valueProblems],
    async set(key, value) {
      if (!isSettingKey(key))
        throw new SettingError(`Unknown setting "${key}".${suggestName(key, settingKeys)}`);
      const parsedValue = settingsSchema[key].safeParse(value ?? undefined);
      if (!parsedValue.success) throw new SettingError(formatSettingProblem(key, parsedValue.error));
      await queueChange(async (current) => {
        const { [key]: _, ...others } = current;
        const next = value === null ? others : { ...others, [key]: parsedValue.data };
        await writeFileAtomic(path, `${JSON.stringify(next, null, 2)}\n`, { mode: 0o600 });
        return next;
      });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      watcher?.close();
      await lastChange;
    },
  };
}

/** Returns the contents of the file: `{}` if it is missing, undefined if it is not a JSON object. */
async function readSettingsFile(path: string): Promise<StoredSettings | undefined> {
  try {
    const parsedFile: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof parsedFile === 'object' && parsedFile !== null && !Array.isArray(parsedFile)
      ? { ...parsedFile }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Watches the file. Without a working file watch, manual edits take effect at the next start. */
function watchFile(folder: string, name: string, onEvent: () => void) {
  try {
    const watcher = watch(folder, { persistent: false }, (_, changedFile) => {
      if (changedFile === name) onEvent();
    });
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}
