/**
 * The manifest inside the tarball. npm applies `overrides` and a lock file only to the project it stands in, never to
 * what it installs, so the tarball carries their effect as files: a LanceDB that no longer asks for a second
 * transformers and a client of a paid service, and empty packages in place of two that would be downloaded and never
 * loaded. What the carried LanceDB needs, we then ask for ourselves.
 */
const STORE = '@lancedb/lancedb';
const UNLOADED = ['@huggingface/transformers', 'openai'];
/** Never loaded in Node, or at all: who asks for them, and in which group. */
const EMPTY = {
  'onnxruntime-web': ['@huggingface/transformers', 'dependencies'],
  werift: ['node-av', 'optionalDependencies'],
};

/** What LanceDB needs beside what we need ourselves, by kind. */
function needsOf(store) {
  const optionalDependencies = Object.fromEntries(
    Object.entries(store.optionalDependencies).filter(([name]) => !UNLOADED.includes(name)),
  );
  return { dependencies: store.dependencies, optionalDependencies };
}

/**
 * The carried LanceDB asks for nothing: npm takes whatever a carried package asks for as carried too, and leaves its
 * folder empty.
 */
export function storeManifest(store) {
  const {
    scripts,
    dependencies,
    devDependencies,
    optionalDependencies,
    peerDependencies,
    peerDependenciesMeta,
    ...rest
  } = store;
  return rest;
}

/** Manifests of the empty packages, in versions that satisfy who asks; `manifestOf(name)` reads an installed one. */
export function emptyManifests(manifestOf) {
  return Object.entries(EMPTY).map(([name, [asker, group]]) => {
    const range = manifestOf(asker)[group]?.[name];
    if (!range)
      throw new Error(`${asker} no longer asks for ${name}: take it out of server/pack/manifest.mjs`);
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

/** package.json as it is shipped. */
export function shippedManifest(
  { scripts, devDependencies, overrides, private: _, ...manifest },
  store,
  empty,
  files,
) {
  const needs = needsOf(store);
  const carried = Object.fromEntries(empty.map(({ name, version }) => [name, version]));
  return {
    ...manifest,
    files,
    dependencies: { ...manifest.dependencies, ...needs.dependencies, ...carried },
    optionalDependencies: { ...manifest.optionalDependencies, ...needs.optionalDependencies },
    bundleDependencies: [STORE, ...Object.keys(carried)],
  };
}
