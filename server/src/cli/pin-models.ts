import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';
import type { Manifest } from '../core/models/manifest.ts';
import { fillManifestModel, findManifestDifferences } from '../core/models/manifest-pins.ts';
import { ExitCodes } from './cli-failure.ts';
import type { CommandResult } from './command.ts';
import type { CommandContext } from './context.ts';
import { sanitise } from './sanitise-terminal.ts';

/** Returns the manifest of a git clone if it is writable. The manifest of an installed package belongs to npm. */
function findWritableManifest(): string | undefined {
  const root = packageRoot();
  const path = join(root, 'models', 'manifest.json');
  if (!existsSync(join(root, '.git'))) return undefined;
  try {
    accessSync(path, constants.W_OK);
    return path;
  } catch {
    return undefined;
  }
}

/** Fills the nulls of the manifest from the hub. Writes the file in a git clone, else prints to stdout. */
export async function pinModels(
  context: CommandContext,
  model: string | undefined,
  print: boolean,
  path = print ? undefined : findWritableManifest(),
): Promise<CommandResult> {
  const client = await context.client();
  const result = await client.request('goldfish/models/pin', { model }, { signal: context.signal });
  const file = path ?? join(packageRoot(), 'models', 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const pinnedById = new Map(result.pinned.map((pinnedModel) => [pinnedModel.model, pinnedModel]));
  const notes = [
    ...manifest.models.flatMap((manifestModel) => {
      const pinnedModel = pinnedById.get(manifestModel.id);
      return pinnedModel ? findManifestDifferences(manifestModel, pinnedModel) : [];
    }),
    ...result.failed.map(({ model: id, reason }) => `${id}: not pinned. ${reason}`),
  ];
  const models = manifest.models.map((manifestModel) => {
    const pinnedModel = pinnedById.get(manifestModel.id);
    return pinnedModel ? fillManifestModel(manifestModel, pinnedModel) : manifestModel;
  });
  const text = `${JSON.stringify({ ...manifest, models }, undefined, 2)}\n`;
  if (notes.length > 0) context.err.write(`${sanitise(notes.join('\n'))}\n`);
  if (path !== undefined) writeFileSync(path, text);
  const changed = models.filter(
    (manifestModel, i) => JSON.stringify(manifestModel) !== JSON.stringify(manifest.models[i]),
  );
  const fileNote = path === undefined ? '' : ` in ${path}`;
  const summary = `Filled ${changed.length} of ${models.length} models${fileNote}.`;
  return {
    result: { ...result, notes, written: path },
    text: path === undefined ? text.trimEnd() : summary,
    code: result.failed.length > 0 ? ExitCodes.failed : ExitCodes.done,
  };
}
