// Whether dist/ must be built: it is missing, or older than a source. Plain JavaScript that an old Node can read.
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

/** Newest change time below a path, ms. A folder's own time counts, so that a removed file is noticed. */
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

/** The file whose time is the start of the last complete build, and which lists what that build made. */
export function stampPath(root) {
  return join(root, 'dist', '.built');
}

/** False in a packed install: it has no sources. */
export function isStale(root) {
  if (!existsSync(join(root, 'server/src/main.ts'))) return false;
  const stamp = statSync(stampPath(root), { throwIfNoEntry: false });
  if (!stamp || !existsSync(join(root, 'dist/goldfish.mjs'))) return true;
  return SOURCE_PATHS.some((name) => findNewestTime(join(root, name)) > stamp.mtimeMs);
}

/** What the last complete build made, as paths below dist/. */
export function readBuiltFiles(root) {
  try {
    return JSON.parse(readFileSync(stampPath(root), 'utf8'));
  } catch {
    return [];
  }
}
