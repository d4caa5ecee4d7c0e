import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

/** What the test that started this editor tells: the names of environment variables. */
const given = (name: string) => process.env[name] ?? '';

export const folder = given('GOLDFISH_HOST_VIDEOS');
export const lesson = join(folder, 'aquarium lesson.mp4');
export const lessonUri = vscode.Uri.file(lesson);

export const extension = () => {
  const found = vscode.extensions.getExtension('goldfish-video.goldfish-video');
  if (found === undefined) throw new Error('The extension is not installed.');
  return found;
};

/** The contribution of one kind in the manifest that was installed. */
export const contributed = (kind: string) => extension().packageJSON.contributes[kind];

/** Resolves when what is looked at after each event is as wanted. */
export function until<T>(event: vscode.Event<T>, fits: () => boolean): Promise<void> {
  if (fits()) return Promise.resolve();
  return new Promise((done) => {
    const listening = event(() => {
      if (!fits()) return;
      listening.dispose();
      done();
    });
  });
}

const settingsFile = 'settings.json';

/** Resolves when the daemon's own file of settings is as wanted. */
export async function untilDaemonHas(fits: (settings: Record<string, unknown>) => boolean): Promise<void> {
  const dataDir = given('GOLDFISH_DATA_DIR');
  const look = () => {
    try {
      return fits(JSON.parse(readFileSync(join(dataDir, settingsFile), 'utf8')));
    } catch {
      return fits({});
    }
  };
  const watcher = watch(dataDir);
  try {
    while (!look()) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
