// onnxruntime-node brings ONNX Runtime for all platforms, and npm cannot install a part of a package. The launcher
// removes what belongs to other platforms; `npm ci` brings it back. Plain JavaScript that an old Node can read.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns onnxruntime-node's folder of runtimes, `<platform>/<arch>` below it; undefined where it is not installed. */
export function runtimesFolder(from) {
  try {
    const folder = join(dirname(createRequire(from).resolve('onnxruntime-node/package.json')), 'bin/napi-v6');
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the folders of runtimes that this machine cannot load; none where it would be left without one. */
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

/** Removes the runtimes of other platforms and says so on stderr. An install that may not be written stays whole. */
export function dropOtherRuntimes(from) {
  const folder = runtimesFolder(from);
  const others = folder === undefined ? [] : otherRuntimes(folder);
  if (others.length === 0) return;
  try {
    const bytes = others.reduce((sum, path) => sum + sizeOf(path), 0);
    for (const path of others) rmSync(path, { recursive: true, force: true });
    console.error(
      `Removed ONNX Runtime for other platforms from ${folder}: ${Math.round(bytes / 1e6)} MB. "npm ci" brings it back.`,
    );
  } catch {
    // Not ours to write (a system-wide install), or another launcher removes it at this moment.
  }
}
