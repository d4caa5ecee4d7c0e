/**
 * A package.json and the changes that packing makes to it. npm applies `overrides` and a lock file only to
 * the root project, never to an installed package. The tarball therefore carries their effect as files:
 * - a LanceDB without its dependencies on a second transformers and on the client of a paid service;
 * - empty packages in place of two that would be downloaded but never loaded.
 * What the bundled LanceDB needs becomes our own dependency.
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
/** Dependencies of LanceDB that Goldfish never loads. */
const NEVER_LOADED = ['@huggingface/transformers', 'openai'];
/**
 * Packages that are never loaded in Node, or at all, with the package that depends on them and the dependency
 * group.
 */
const EMPTY_PACKAGES = [
  { name: 'onnxruntime-web', dependent: '@huggingface/transformers', group: 'dependencies' },
  { name: 'werift', dependent: 'node-av', group: 'optionalDependencies' },
] as const;

/** Returns the dependencies of LanceDB that Goldfish loads, by kind. */
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
 * Removes all dependencies from the manifest of the bundled LanceDB. npm treats dependencies of a bundled
 * package as bundled too, and would leave their folders empty.
 */
export function toStoreManifest(store: PackageManifest): PackageManifest {
  return Object.fromEntries(Object.entries(store).filter(([key]) => !REQUEST_KEYS.has(key)));
}

/**
 * Creates manifests of the empty packages, in versions that satisfy their dependents. `readManifest` reads
 * the manifest of an installed package.
 */
export function createEmptyManifests(readManifest: (name: string) => PackageManifest): EmptyManifest[] {
  return EMPTY_PACKAGES.map(({ name, dependent, group }) => {
    const range = readManifest(dependent)[group]?.[name];
    if (!range)
      throw new Error(
        `${dependent} no longer depends on ${name}: remove it from server/pack/package-manifest.ts`,
      );
    return {
      name,
      version: range.replace(/^[\^~]/, ''),
      description: 'Replaces a package that Goldfish never loads.',
      license: 'BSD-3-Clause',
      type: 'module',
      exports: { '.': './index.js', './*': './index.js' },
    };
  });
}

const DEVELOPMENT_KEYS = new Set(['private', 'scripts', 'devDependencies', 'overrides']);

/** Builds the package.json that is shipped. */
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
