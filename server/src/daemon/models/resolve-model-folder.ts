import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findSharedModel } from '../../adapters/models/hugging-face-cache.ts';
import { findCachedModel } from '../../adapters/models/model-cache.ts';
import { listModelFiles } from '../../adapters/transformers/list-model-files.ts';
import { defaultModel, type Manifest, type ModelRole } from '../../core/models/manifest.ts';
import type { ModelSetting } from '../../core/models/model-setting.ts';
import { findIdInPath } from '../../core/models/shared-cache-path.ts';

/** A model folder on this machine. */
export interface LocalModel {
  /** Hub id or folder name, as shown to users. */
  readonly id: string;
  /** Hub id, if the model was pulled from the hub. */
  readonly hubId?: string;
  readonly revision: string;
  /** Absolute path. */
  readonly folder: string;
  readonly why: string;
}

/** Files besides the weights that change a text embedder's vectors. */
const EMBEDDING_CONFIG_FILES = [
  'goldfish.json',
  '1_Pooling/config.json',
  '2_Dense/config.json',
  'config_sentence_transformers.json',
];

/**
 * Returns a revision for weights without a commit, from the sizes and times of the files. A diariser's folder holds
 * nothing else. For text embedders,
 * goldfish.json counts too, because it changes the vectors.
 */
function folderRevision(folder: string, role: ModelRole): string {
  const hash = createHash('sha256');
  if (role === 'diariser') {
    for (const name of listModelFiles(folder).toSorted()) {
      const { size, mtimeMs } = statSync(join(folder, name));
      hash.update(`${name} ${size} ${Math.floor(mtimeMs)}\n`);
    }
    return hash.digest('hex').slice(0, 12);
  }
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

/** Where models are known and stored. */
export interface ModelSources {
  readonly manifest: Manifest;
  readonly modelsDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Returns the folder of the chosen model, or the hub id of the model that must be pulled first. */
export function resolveModelFolder(
  choice: Extract<ModelSetting, { kind: 'folder' | 'hub' | 'default' }>,
  role: ModelRole,
  { manifest, modelsDir, env }: ModelSources,
): LocalModel | { readonly missing: string } {
  const settingReason = `set in models.${role}`;
  if (choice.kind === 'folder') {
    const { folder } = choice;
    const id = findIdInPath(folder) ?? basename(folder);
    return { id, revision: folderRevision(folder, role), folder, why: settingReason };
  }
  const id = choice.kind === 'hub' ? choice.id : defaultModel(manifest, role)?.id;
  if (id === undefined) return { missing: `a ${role}` };
  const wantedRevision = choice.kind === 'hub' ? choice.revision : undefined;
  const cachedModel = findCachedModel(modelsDir, id);
  const isUsable = cachedModel && (wantedRevision === undefined || wantedRevision === cachedModel.revision);
  // What another program downloaded is used only if the user names it.
  const sharedModel =
    isUsable || choice.kind !== 'hub' ? undefined : findSharedModel(env, id, wantedRevision);
  if (sharedModel) {
    const why = `${settingReason}, from the cache of Hugging Face`;
    return { id, hubId: id, ...sharedModel, why };
  }
  if (!cachedModel || !isUsable) {
    return { missing: wantedRevision === undefined ? id : `${id}@${wantedRevision}` };
  }
  const { revision, folder } = cachedModel;
  const why = choice.kind === 'hub' ? settingReason : 'the default model';
  return { id, hubId: id, revision, folder, why };
}
