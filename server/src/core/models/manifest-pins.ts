import type { ManifestFile, ManifestModel } from './manifest.ts';

/** What a hub told of a model's revision; null where it did not. */
export interface HubModelInfo {
  readonly revision: string;
  readonly licence: string | null;
  readonly files: readonly ManifestFile[];
}

function fillFile(manifestFile: ManifestFile, hubFile: ManifestFile | undefined): ManifestFile {
  return {
    ...manifestFile,
    bytes: manifestFile.bytes ?? hubFile?.bytes ?? null,
    sha256: manifestFile.sha256 ?? hubFile?.sha256 ?? null,
  };
}

/** The model with its nulls filled by what was told; what stands there already is never changed. */
export function fillManifestModel<T extends ManifestModel>(model: T, hubInfo: HubModelInfo): T {
  // Files of one revision say nothing about those of another.
  if (model.revision !== null && model.revision !== hubInfo.revision) return model;
  const files = model.files?.map((manifestFile) =>
    fillFile(
      manifestFile,
      hubInfo.files.find(({ path }) => path === manifestFile.path),
    ),
  );
  return {
    ...model,
    licence: model.licence ?? hubInfo.licence,
    revision: hubInfo.revision,
    files: files ?? hubInfo.files,
  };
}

/** In what the hub differs from what stands in the manifest, a sentence each. */
export function findManifestDifferences(model: ManifestModel, hubInfo: HubModelInfo): readonly string[] {
  const messages: string[] = [];
  const reportDifference = (field: string, manifestValue: string, hubValue: string) =>
    messages.push(`${model.id}: ${field} is ${manifestValue} in the manifest and ${hubValue} on the hub`);
  if (model.revision !== null && model.revision !== hubInfo.revision)
    reportDifference('the revision', model.revision, hubInfo.revision);
  if (model.licence !== null && hubInfo.licence !== null && !sameLicence(model.licence, hubInfo.licence))
    reportDifference('the licence', model.licence, hubInfo.licence);
  if (model.revision !== hubInfo.revision) return messages;
  for (const { path, bytes, sha256 } of model.files ?? []) {
    const hubFile = hubInfo.files.find((file) => file.path === path);
    if (!hubFile) messages.push(`${model.id}: ${path} is not on the hub`);
    else if (bytes !== null && hubFile.bytes !== null && bytes !== hubFile.bytes)
      reportDifference(`the size of ${path}`, String(bytes), String(hubFile.bytes));
    else if (sha256 !== null && hubFile.sha256 !== null && sha256 !== hubFile.sha256)
      reportDifference(`the hash of ${path}`, sha256, hubFile.sha256);
  }
  return messages;
}

/** The hub writes SPDX names in small letters. */
function sameLicence(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
