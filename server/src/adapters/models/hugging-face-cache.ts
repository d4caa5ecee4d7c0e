import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { toSharedFolderName } from '../../core/models/shared-cache-path.ts';

// The folder that Hugging Face's own programs share: https://huggingface.co/docs/hub/local-cache

type Environment = Readonly<Record<string, string | undefined>>;

/** A model that another program downloaded. */
export interface SharedModel {
  /** Commit on the hub. */
  readonly revision: string;
  /** Absolute path of its snapshot. */
  readonly folder: string;
}

function toHome(env: Environment): string {
  return env.HF_HOME || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'huggingface');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Returns the access token of the environment, or the one that `hf auth login` stored. */
export function findHubToken(env: Environment): string | undefined {
  return env.HF_TOKEN || readText(env.HF_TOKEN_PATH || join(toHome(env), 'token'));
}

const toHubFolder = (env: Environment) => env.HF_HUB_CACHE || join(toHome(env), 'hub');

/** Returns the shared cache if it exists or a variable names it. Otherwise no program here would look into it. */
export function findSharedCache(env: Environment): string | undefined {
  const hub = toHubFolder(env);
  return env.HF_HUB_CACHE || env.HF_HOME || existsSync(hub) ? hub : undefined;
}

/**
 * Returns the snapshot of a model in the shared cache: that of a commit, or of the branch `main`. Undefined if it is
 * missing or has no ONNX graphs.
 */
export function findSharedModel(
  env: Environment,
  id: string,
  revision: string | undefined,
): SharedModel | undefined {
  const modelFolder = join(toHubFolder(env), toSharedFolderName(id));
  const commit = readText(join(modelFolder, 'refs', revision ?? 'main')) ?? revision;
  if (commit === undefined || !/^[\w.-]+$/.test(commit)) return undefined;
  const folder = join(modelFolder, 'snapshots', commit);
  const graphFolder = join(folder, 'onnx');
  const hasGraph = existsSync(graphFolder) && readdirSync(graphFolder).some((name) => name.endsWith('.onnx'));
  return hasGraph && existsSync(join(folder, 'config.json')) ? { revision: commit, folder } : undefined;
}
