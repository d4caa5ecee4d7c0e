import { createHash } from 'node:crypto';
import { createReadStream, globSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ModelsListResult } from '../../../protocol/models.ts';
import { digestOf } from '../digest.ts';

/** Returns the SHA-256 of the files of a folder with their names. */
async function digestFolder(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const names = globSync('**', { cwd: folder })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
  for (const name of names) {
    hash.update(`${name}\n`);
    for await (const bytes of createReadStream(join(folder, name))) hash.update(bytes as Buffer);
  }
  return hash.digest('hex');
}

/** What serves a role: its name as the daemon gives it, and a digest of its files where they are on this disk. */
export interface ModelFingerprint {
  readonly role: string;
  readonly inUse: string;
  readonly why: string;
  readonly setting: string;
  readonly files?: string;
}

/**
 * Describes the models that a daemon uses, so that predictions made with other weights can be distinguished. Folders are read; a
 * downloaded model counts by its revision; a host only by its address and model name.
 */
export async function fingerprintModels(
  { models, roles }: ModelsListResult,
  settings: Readonly<Record<string, unknown>>,
): Promise<readonly ModelFingerprint[]> {
  return Promise.all(
    roles.map(async ({ role, inUse, why }) => {
      const setting = String(settings[`models.${role}`] ?? '');
      if (isAbsolute(setting)) return { role, inUse, why, setting, files: await digestFolder(setting) };
      const revisions = models
        .filter((model) => model.role === role && model.revision !== undefined)
        .map(({ id, revision }) => ({ id, revision }));
      return { role, inUse, why, setting, files: digestOf(revisions) };
    }),
  );
}

/** Returns whether speech of videos without subtitles is transcribed. */
export function usesTranscriber(models: readonly ModelFingerprint[]): boolean {
  return models.some(({ role, inUse }) => role === 'transcriber' && inUse !== 'none');
}
