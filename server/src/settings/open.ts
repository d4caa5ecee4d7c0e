import { watch } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Settings } from '../core/settings.ts';
import { complaint, complete, isKey, keys, schema } from './schema.ts';

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

type Stored = Readonly<Record<string, unknown>>;

/** Settings of a data folder, in its settings.json. Only values that were set are in the file. */
export async function openSettings(dataDir: string): Promise<OpenSettings> {
  const path = join(dataDir, 'settings.json');
  const listeners = new Set<(settings: Settings) => void>();
  let problems: readonly string[] = [];
  let stored: Stored = {};
  let settings: Settings;
  let last: Promise<void> = Promise.resolve();

  const take = (next: Stored, told: readonly string[] = []) => {
    const completed = complete(next);
    const before = JSON.stringify(settings);
    stored = next;
    settings = completed.settings;
    problems = [...told, ...completed.problems];
    if (before !== undefined && before !== JSON.stringify(settings))
      for (const each of listeners) each(settings);
  };

  const first = await read(path);
  if (first === undefined) {
    const aside = `${path}.broken-${Date.now()}`;
    await rename(path, aside);
    take({}, [
      `${path} could not be read as a JSON object: it was kept as ${basename(aside)} and the defaults are used`,
    ]);
  } else take(first);

  /** One change after the other, each on what the file holds then. */
  const change = (work: (now: Stored) => Promise<Stored>): Promise<void> => {
    const done = last.then(async () => {
      const now = await read(path);
      take(await work(now ?? stored));
    });
    last = done.catch(() => undefined);
    return done;
  };

  // A file that is half written, or broken by hand, changes nothing until it can be read.
  const reload = () => change(async (now) => now).catch(() => undefined);
  const watcher = watchFile(dataDir, basename(path), reload);

  return {
    all: () => settings,
    problems: () => problems,
    async set(key, value) {
      if (!isKey(key)) throw new SettingError(`There is no setting ${key}. There are: ${keys.join(', ')}.`);
      const parsed = schema[key].safeParse(value ?? undefined);
      if (!parsed.success) throw new SettingError(complaint(key, parsed.error));
      await change(async (now) => {
        const { [key]: _, ...others } = now;
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
      await last;
    },
  };
}

/** What the file holds: nothing where it is missing, undefined where it is no JSON object. */
async function read(path: string): Promise<Stored | undefined> {
  try {
    const found: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found } : undefined;
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
