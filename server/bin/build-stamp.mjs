// Checks whether dist/ must be built: it is missing, or older than a source file. Plain JavaScript that an
// old Node can read.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE_PATHS = [
  'package.json',
  'package-lock.json',
  'esbuild.mjs',
  'server/src',
  'server/protocol',
  'client',
];
const SKIPPED_NAMES = new Set(['node_modules', 'dist']);

/**
 * Returns the newest modification time below a path, ms. Includes folders, so that a removed file is noticed.
 */
function findNewestTime(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  let time = stat.mtimeMs;
  if (!stat.isDirectory()) return time;
  for (const name of readdirSync(path)) {
    if (!SKIPPED_NAMES.has(name)) time = Math.max(time, findNewestTime(join(path, name)));
  }
  return time;
}

/**
 * Returns the path of the build stamp. Its modification time is the start of the last complete build. Its
 * contents list the files of that build.
 */
export function stampPath(root) {
  return join(root, 'dist', '.built');
}

/** Returns whether dist/ must be built. A packed install has no sources and is never stale. */
export function isStale(root) {
  if (!existsSync(join(root, 'server/src/main.ts'))) return false;
  const stamp = statSync(stampPath(root), { throwIfNoEntry: false });
  if (!stamp || !existsSync(join(root, 'dist/goldfish.mjs'))) return true;
  return SOURCE_PATHS.some((name) => findNewestTime(join(root, name)) > stamp.mtimeMs);
}

/** Returns the files of the last complete build, as paths below dist/. */
export function readBuiltFiles(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8'));
  } catch {
    return [];
  }
}
