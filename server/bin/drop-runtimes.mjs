// onnxruntime-node contains ONNX Runtime for all platforms, and npm cannot install part of a package. The launcher
// removes the files of other platforms; `npm ci` restores them. Plain JavaScript that an old Node can read.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns onnxruntime-node's folder that contains `<platform>/<arch>`; undefined if it is not installed. */
export function runtimesFolder(from) {
  try {
    const folder = join(dirname(createRequire(from).resolve('onnxruntime-node/package.json')), 'bin/napi-v6');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the folders of runtimes that this machine cannot load; [] if it would be left without a runtime. */
export function otherRuntimes(folder, own = join(process.platform, process.arch)) {
  if (!existsSync(join(folder, own))) return [];
  return readdirSync(folder)
    .flatMap((platform) => readdirSync(join(folder, platform)).map((arch) => join(platform, arch)))
    .filter((name) => name !== own)
    .map((name) => join(folder, name));
}

function sizeOf(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Removes the runtimes of other platforms and says so on stderr. An installation that is not writable stays unchanged. */
export function dropOtherRuntimes(from) {
  const folder = runtimesFolder(from);
  const others = folder === undefined ? [] : otherRuntimes(folder);
  if (others.length === 0) return;
  try {
    const bytes = others.reduce((sum, path) => sum + sizeOf(path), 0);
    for (const path of others) rmSync(path, { recursive: true, force: true });
    console.error(
      `Removed ONNX Runtime for other platforms from ${folder}: ${Math.round(bytes / 1e6)} MB. "npm ci" restores it.`,
    );
  } catch {
    // Not writable (a system-wide installation), or another launcher is removing it now.
  }
}
