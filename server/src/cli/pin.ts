import { accessSync, constants, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../base/package.ts';
import type { Manifest } from '../core/manifest.ts';
import { differences, filledIn } from '../core/pins.ts';
import type { Outcome } from './command.ts';
import type { Context } from './context.ts';
import { clean } from './escape.ts';
import { ExitCodes } from './failure.ts';

/** The manifest of a clone of the project that may be written; an installed one is npm's. */
function ownManifest(): string | undefined {
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

/** Asks the hub and fills the nulls of the manifest: in its file where this is a clone, else on stdout. */
export async function pinModels(
  context: Context,
  model: string | undefined,
  print: boolean,
  path = print ? undefined : ownManifest(),
): Promise<Outcome> {
  const client = await context.client();
  const result = await client.request('goldfish/models/pin', { model }, { signal: context.signal });
  const file = path ?? join(packageRoot(), 'models', 'manifest.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const told = new Map(result.pinned.map((each) => [each.model, each]));
  const notes = [
    ...manifest.models.flatMap((each) => {
      const there = told.get(each.id);
      return there ? differences(each, there) : [];
    }),
    ...result.failed.map(({ model: id, reason }) => `${id}: not pinned. ${reason}`),
  ];
  const models = manifest.models.map((each) => {
    const there = told.get(each.id);
    return there ? filledIn(each, there) : each;
  });
  const text = `${JSON.stringify({ ...manifest, models }, undefined, 2)}\n`;
  if (notes.length > 0) context.err.write(`${clean(notes.join('\n'))}\n`);
  if (path !== undefined) writeFileSync(path, text);
  const changed = models.filter((each, i) => JSON.stringify(each) !== JSON.stringify(manifest.models[i]));
  const where = path === undefined ? '' : ` in, ${path}`;
  const done = `${changed.length} of ${models.length} models were filled${where}.`;
  return {
    result: { ...result, notes, written: path },
    text: path === undefined ? text.trimEnd() : done,
    code: result.failed.length > 0 ? ExitCodes.failed : ExitCodes.done,
  };
}
