import type { ManifestFile, ManifestModel } from './manifest.ts';

/** What a hub told of a model's revision; null where it did not. */
export interface Told {
  readonly revision: string;
  readonly licence: string | null;
  readonly files: readonly ManifestFile[];
}

function fileWith(known: ManifestFile, told: ManifestFile | undefined): ManifestFile {
  return {
    ...known,
    bytes: known.bytes ?? told?.bytes ?? null,
    sha256: known.sha256 ?? told?.sha256 ?? null,
  };
}

/** The model with its nulls filled by what was told; what stands there already is never changed. */
export function filledIn<T extends ManifestModel>(model: T, told: Told): T {
  // Files of one revision say nothing about those of another.
  if (model.revision !== null && model.revision !== told.revision) return model;
  const files = model.files?.map((known) =>
    fileWith(
      known,
      told.files.find(({ path }) => path === known.path),
    ),
  );
  return {
    ...model,
    licence: model.licence ?? told.licence,
    revision: told.revision,
    files: files ?? told.files,
  };
}

/** In what the hub differs from what stands in the manifest, a sentence each. */
export function differences(model: ManifestModel, told: Told): readonly string[] {
  const differs: string[] = [];
  const say = (what: string, here: string, there: string) =>
    differs.push(`${model.id}: ${what} is ${here} in the manifest and ${there} on the hub`);
  if (model.revision !== null && model.revision !== told.revision)
    say('the revision', model.revision, told.revision);
  if (model.licence !== null && told.licence !== null && !sameLicence(model.licence, told.licence))
    say('the licence', model.licence, told.licence);
  if (model.revision !== told.revision) return differs;
  for (const { path, bytes, sha256 } of model.files ?? []) {
    const there = told.files.find((file) => file.path === path);
    if (!there) differs.push(`${model.id}: ${path} is not on the hub`);
    else if (bytes !== null && there.bytes !== null && bytes !== there.bytes)
      say(`the size of ${path}`, String(bytes), String(there.bytes));
    else if (sha256 !== null && there.sha256 !== null && sha256 !== there.sha256)
      say(`the hash of ${path}`, sha256, there.sha256);
  }
  return differs;
}

/** The hub writes SPDX names in small letters. */
function sameLicence(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
