import type { ModelHub } from './hub-request.ts';
import { listModel } from './list-model.ts';
import { selectFilesToPull } from './pull-model.ts';

/** Facts about a model's revision, for the manifest. */
export interface ModelPin {
  readonly revision: string;
  readonly licence: string | null;
  readonly files: readonly {
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string | null;
  }[];
}

/**
 * Returns revision, licence and files of a model from the hub, for CPU and accelerator together. Unknown
 * values are null: the hub has a SHA-256 only for large files. Rejects with ModelUnavailableError or the
 * signal's reason.
 */
export async function findModelPin(
  hub: ModelHub,
  id: string,
  revision: string,
  signal: AbortSignal,
): Promise<ModelPin> {
  const model = await listModel(hub, id, revision, signal);
  const files = selectFilesToPull(model.files, true)
    .map(({ path, bytes, sha256 }) => ({ path, bytes, sha256: sha256 ?? null }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return { revision: model.revision, licence: model.licence ?? null, files };
}
