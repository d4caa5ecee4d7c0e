import { watch } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Settings } from '../core/domain/settings.ts';
import {
  completeSettings,
  formatSettingProblem,
  isSettingKey,
  settingKeys,
  settingsSchema,
} from './schema.ts';

/** Why a setting cannot be had or set; the message names it and what it may be. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export interface OpenSettings {
  all(): Settings;
  /** What was wrong with the file when it was last read, one sentence each. */
  problems(): readonly string[];
  /** `null` brings the default back. Rejects with SettingError; resolves when the file is written. */
  set(key: string, value: unknown): Promise<void>;
  /** Called after each change, by `set` or by a hand in the file. */
  onChange(listener: (settings: Settings) => void): () => void;
  close(): Promise<void>;
}

type StoredSettings = Readonly<Record<string, unknown>>;

/** Settings of a data folder, in its settings.json. Only values that were set are in the file. */
export async function openSettings(dataDir: string): Promise<OpenSettings> {
  const path = join(dataDir, 'settings.json');
  const listeners = new Set<(settings: Settings) => void>();
  let problems: readonly string[] = [];
  let stored: StoredSettings = {};
  let settings: Settings;
  let lastChange: Promise<void> = Promise.resolve();

  const applyStored = (next: StoredSettings, fileProblems: readonly string[] = []) => {
    const completed = completeSettings(next);
    const previousJson = JSON.stringify(settings);
    stored = next;
    settings = completed.settings;
    problems = [...fileProblems, ...completed.problems];
    if (previousJson !== undefined && previousJson !== JSON.stringify(settings))
      for (const listener of listeners) listener(settings);
  };

  const firstRead = await readSettingsFile(path);
  if (firstRead === undefined) {
    const brokenPath = `${path}.broken-${Date.now()}`;
    await rename(path, brokenPath);
    applyStored({}, [
      `${path} could not be read as a JSON object: it was kept as ${basename(brokenPath)} and the defaults are used`,
    ]);
  } else applyStored(firstRead);

  /** One change after the other, each on what the file holds then. */
  const queueChange = (edit: (current: StoredSettings) => Promise<StoredSettings>): Promise<void> => {
    const finished = lastChange.then(async () => {
      const current = await readSettingsFile(path);
      applyStored(await edit(current ?? stored));
    });
    lastChange = finished.catch(() => undefined);
    return finished;
  };

  // A file that is half written, or broken by hand, changes nothing until it can be read.
  const reload = () => queueChange(async (current) => current).catch(() => undefined);
  const watcher = watchFile(dataDir, basename(path), reload);

  return {
    all: () => settings,
    problems: () => problems,
    async set(key, value) {
      if (!isSettingKey(key))
        throw new SettingError(`There is no setting ${key}. There are: ${settingKeys.join(', ')}.`);
      const parsed = settingsSchema[key].safeParse(value ?? undefined);
      if (!parsed.success) throw new SettingError(formatSettingProblem(key, parsed.error));
      await queueChange(async (current) => {
        const { [key]: _, ...others } = current;
        const next = value === null ? others : { ...others, [key]: parsed.data };
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

/** What the file holds: nothing where it is missing, undefined where it is no JSON object. */
async function readSettingsFile(path: string): Promise<StoredSettings | undefined> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/** Without a watch to be had, changes by hand are seen at the next start. */
function watchFile(folder: string, name: string, onEvent: () => void) {
  try {
    const watcher = watch(folder, { persistent: false }, (_, changed) => {
      if (changed === name) onEvent();
    });
    watcher.on('error', () => undefined);
    return watcher;
  } catch {
    return undefined;
  }
}
