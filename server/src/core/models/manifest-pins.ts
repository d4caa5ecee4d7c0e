import type { ManifestFile, ManifestModel } from './manifest.ts';

/** Describes a model revision as the hub reports it; null if it reports nothing. */
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

/** Fills the null values of a model with values from the hub. Existing values never change. */
export function fillManifestModel<T extends ManifestModel>(model: T, hubInfo: HubModelInfo): T {
  // Ignores files of another revision.
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

/** Returns one sentence for each difference between manifest and hub. */
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

/** Compares licences without case: the hub writes SPDX names in lower case. */
function sameLicence(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
