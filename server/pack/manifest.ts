/**
 * The manifest inside the tarball. npm applies `overrides` and a lock file only to the project it stands in, never to
 * what it installs, so the tarball carries their effect as files: a LanceDB that no longer asks for a second
 * transformers and a client of a paid service, and empty packages in place of two that would be downloaded and never
 * loaded. What the carried LanceDB needs, we then ask for ourselves.
 */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly scripts?: Ranges;
  readonly dependencies?: Ranges;
  readonly devDependencies?: Ranges;
  readonly optionalDependencies?: Ranges;
  readonly peerDependencies?: Ranges;
  readonly peerDependenciesMeta?: object;
  readonly overrides?: object;
  readonly [other: string]: unknown;
}

export type Ranges = Readonly<Record<string, string>>;

export interface EmptyManifest extends Manifest {
  readonly name: string;
  readonly version: string;
}

export const STORE = '@lancedb/lancedb';
/** What LanceDB asks for and never loads for us. */
const UNLOADED = ['@huggingface/transformers', 'openai'];
/** Packages that are never loaded in Node, or at all: who asks for them, and in which group. */
const EMPTY = [
  { name: 'onnxruntime-web', asker: '@huggingface/transformers', group: 'dependencies' },
  { name: 'werift', asker: 'node-av', group: 'optionalDependencies' },
] as const;

/** What LanceDB needs beside what we need ourselves, by kind. */
function needsOf(store: Manifest) {
  const optional = Object.entries(store.optionalDependencies ?? {});
  const kept = optional.filter(([name]) => !UNLOADED.includes(name));
  return { dependencies: store.dependencies, optionalDependencies: Object.fromEntries(kept) };
}

const REQUESTS = new Set([
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
export function storeManifest(store: Manifest): Manifest {
  return Object.fromEntries(Object.entries(store).filter(([key]) => !REQUESTS.has(key)));
}

/** Manifests of the empty packages, in versions that satisfy who asks; `manifestOf` reads an installed one. */
export function emptyManifests(manifestOf: (name: string) => Manifest): EmptyManifest[] {
  return EMPTY.map(({ name, asker, group }) => {
    const range = manifestOf(asker)[group]?.[name];
    if (!range)
      throw new Error(`${asker} no longer asks for ${name}: take it out of server/pack/manifest.ts`);
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

const DEVELOPMENT = new Set(['private', 'scripts', 'devDependencies', 'overrides']);

/** package.json as it is shipped. */
export function shippedManifest(
  ours: Manifest,
  store: Manifest,
  empty: readonly EmptyManifest[],
  files: readonly string[],
): Manifest {
  const needs = needsOf(store);
  const carried = Object.fromEntries(empty.map(({ name, version }) => [name, version]));
  return {
    ...Object.fromEntries(Object.entries(ours).filter(([key]) => !DEVELOPMENT.has(key))),
    files,
    dependencies: { ...ours.dependencies, ...needs.dependencies, ...carried },
    optionalDependencies: { ...ours.optionalDependencies, ...needs.optionalDependencies },
    bundleDependencies: [STORE, ...Object.keys(carried)],
  };
}
