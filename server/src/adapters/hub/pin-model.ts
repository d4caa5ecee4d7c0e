import type { ModelHub } from './hub-request.ts';
import { listModel } from './list-model.ts';
import { selectFilesToPull } from './pull-model.ts';

/** What the hub tells of a model's revision, for the manifest. */
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
 * Asks the hub for revision, licence and files of a model, those for a CPU and an accelerator alike. What the hub does
 * not tell is null: it knows a SHA-256 of large files alone. Rejects with UnavailableError and the signal's reason.
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
