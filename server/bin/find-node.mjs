// Which Node runs Goldfish: the running one where it is new enough, else one that a package carries, else one that npm
// fetches once. Plain JavaScript that an old Node can read.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder, fetchedPath, fetchNode, programPath } from './fetch-node.mjs';

/** The least version that our libraries need (chokidar 6 and LanceDB 0.39). */
export const MIN_NODE_VERSION = [22, 22];

export function isSupportedVersion(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor >= MIN_NODE_VERSION[1]);
}

/** Returns the Node of an installed package: the VS Code extension's install brings one. */
function findCarriedNode({ name }) {
  try {
    const packageFolder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const path = join(packageFolder, programPath());
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the path of a fit Node, which is fetched the first time that none is there. Throws with what to do. */
export function findSupportedNode() {
  if (isSupportedVersion(process.versions.node)) return process.execPath;
  const need = `Goldfish needs Node ${MIN_NODE_VERSION.join('.')} or newer, and this is ${process.versions.node}`;
  const packages = JSON.parse(readFileSync(new URL('node-packages.json', import.meta.url), 'utf8'));
  const pinned = packages[`${process.platform}-${process.arch}`];
  if (!pinned) throw new Error(`${need}. Install a newer one from https://nodejs.org.`);
  const folder = cacheFolder();
  const found = [findCarriedNode(pinned), fetchedPath(pinned, folder)].find(
    (path) => path && existsSync(path),
  );
  if (found) return found;
  console.error(
    `${need}. npm fetches Node ${pinned.version} once (about 190 MB on disk) into ${folder}; your own stays as it is.`,
  );
  try {
    return fetchNode(pinned, folder);
  } catch (error) {
    throw new Error(
      `${need}. npm could not fetch ${pinned.name}@${pinned.version}: ${error.message}. Run this again with a network, or install a newer Node from https://nodejs.org.`,
    );
  }
}
