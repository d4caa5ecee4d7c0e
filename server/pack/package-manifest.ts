/**
 * The manifest inside the tarball. npm applies `overrides` and a lock file only to the project it stands in, never to
 * what it installs, so the tarball carries their effect as files: a LanceDB that no longer asks for a second
 * transformers and a client of a paid service, and empty packages in place of two that would be downloaded and never
 * loaded. What the carried LanceDB needs, we then ask for ourselves.
 */
export interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly scripts?: VersionRanges;
  readonly dependencies?: VersionRanges;
  readonly devDependencies?: VersionRanges;
  readonly optionalDependencies?: VersionRanges;
  readonly peerDependencies?: VersionRanges;
  readonly peerDependenciesMeta?: object;
  readonly overrides?: object;
  readonly [other: string]: unknown;
}

export type VersionRanges = Readonly<Record<string, string>>;

export interface EmptyManifest extends PackageManifest {
  readonly name: string;
  readonly version: string;
}

export const LANCEDB_PACKAGE = '@lancedb/lancedb';
/** What LanceDB asks for and never loads for us. */
const NEVER_LOADED = ['@huggingface/transformers', 'openai'];
/** Packages that are never loaded in Node, or at all: who asks for them, and in which group. */
const EMPTY_PACKAGES = [
  { name: 'onnxruntime-web', dependent: '@huggingface/transformers', group: 'dependencies' },
  { name: 'werift', dependent: 'node-av', group: 'optionalDependencies' },
] as const;

/** What LanceDB needs beside what we need ourselves, by kind. */
function findStoreNeeds(store: PackageManifest) {
  const optional = Object.entries(store.optionalDependencies ?? {});
  const loadedDependencies = optional.filter(([name]) => !NEVER_LOADED.includes(name));
  return { dependencies: store.dependencies, optionalDependencies: Object.fromEntries(loadedDependencies) };
}

const REQUEST_KEYS = new Set([
  'scripts',
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
]);

/**
 * The carried LanceDB asks for nothing: npm takes whatever a carried package asks for as carried too, and leaves its
 * folder empty.
 */
export function toStoreManifest(store: PackageManifest): PackageManifest {
  return Object.fromEntries(Object.entries(store).filter(([key]) => !REQUEST_KEYS.has(key)));
}

/** Manifests of the empty packages, in versions that satisfy who asks; `manifestOf` reads an installed one. */
export function createEmptyManifests(readManifest: (name: string) => PackageManifest): EmptyManifest[] {
  return EMPTY_PACKAGES.map(({ name, dependent, group }) => {
    const range = readManifest(dependent)[group]?.[name];
    if (!range)
      throw new Error(
        `${dependent} no longer asks for ${name}: take it out of server/pack/package-manifest.ts`,
      );
    return {
      name,
      version: range.replace(/^[\^~]/, ''),
      description: 'Stands in for a package that Goldfish never loads.',
      license: 'BSD-3-Clause',
      type: 'module',
      exports: { '.': './index.js', './*': './index.js' },
    };
  });
}

const DEVELOPMENT_KEYS = new Set(['private', 'scripts', 'devDependencies', 'overrides']);

/** package.json as it is shipped. */
export function toShippedManifest(
  ownManifest: PackageManifest,
  store: PackageManifest,
  empty: readonly EmptyManifest[],
  files: readonly string[],
): PackageManifest {
  const storeNeeds = findStoreNeeds(store);
  const bundledVersions = Object.fromEntries(empty.map(({ name, version }) => [name, version]));
  return {
    ...Object.fromEntries(Object.entries(ownManifest).filter(([key]) => !DEVELOPMENT_KEYS.has(key))),
    files,
    dependencies: { ...ownManifest.dependencies, ...storeNeeds.dependencies, ...bundledVersions },
    optionalDependencies: { ...ownManifest.optionalDependencies, ...storeNeeds.optionalDependencies },
    bundleDependencies: [LANCEDB_PACKAGE, ...Object.keys(bundledVersions)],
  };
}
