import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findCachedModel } from '../../adapters/models/model-cache.ts';
import { defaultModel, type Manifest, type ModelRole } from '../../core/models/manifest.ts';
import type { ModelSetting } from '../../core/models/model-setting.ts';

/** A model folder on this machine. */
export interface LocalModel {
  /** The hub's id or the folder's name, as shown. */
  readonly id: string;
  /** The hub's id, where it came from there. */
  readonly hubId?: string;
  readonly revision: string;
  /** Absolute. */
  readonly folder: string;
  readonly why: string;
}

/** Files that change what a text embedder's vectors mean, beside its weights. */
const EMBEDDING_CONFIG_FILES = [
  'goldfish.json',
  '1_Pooling/config.json',
  'config_sentence_transformers.json',
];

/** Weights without a commit are named by their files' sizes and times. goldfish.json counts where it tells vectors. */
function folderRevision(folder: string, role: ModelRole): string {
  const hash = createHash('sha256');
  try {
    hash.update(readFileSync(join(folder, 'config.json')));
    for (const name of readdirSync(join(folder, 'onnx')).sort()) {
      const { size, mtimeMs } = statSync(join(folder, 'onnx', name));
      hash.update(`${name} ${size} ${Math.floor(mtimeMs)}\n`);
    }
    for (const name of role === 'textEmbedder' ? EMBEDDING_CONFIG_FILES : []) {
      if (existsSync(join(folder, name))) hash.update(name).update(readFileSync(join(folder, name)));
    }
  } catch {
    return 'unread';
  }
  return hash.digest('hex').slice(0, 12);
}

/** The folder that a choice means, or the hub's id of what must be pulled first. */
export function resolveModelFolder(
  choice: Extract<ModelSetting, { kind: 'folder' | 'hub' | 'default' }>,
  role: ModelRole,
  { manifest, modelsDir }: { readonly manifest: Manifest; readonly modelsDir: string },
): LocalModel | { readonly missing: string } {
  const settingReason = `set in models.${role}`;
  if (choice.kind === 'folder') {
    const { folder } = choice;
    return { id: basename(folder), revision: folderRevision(folder, role), folder, why: settingReason };
  }
  const id = choice.kind === 'hub' ? choice.id : defaultModel(manifest, role)?.id;
  if (id === undefined) return { missing: `a ${role}` };
  const wantedRevision = choice.kind === 'hub' ? choice.revision : undefined;
  const cachedModel = findCachedModel(modelsDir, id);
  if (!cachedModel || (wantedRevision !== undefined && wantedRevision !== cachedModel.revision)) {
    return { missing: wantedRevision === undefined ? id : `${id}@${wantedRevision}` };
  }
  const { revision, folder } = cachedModel;
  const why = choice.kind === 'hub' ? settingReason : 'the default, and it was pulled';
  return { id, hubId: id, revision, folder, why };
}
