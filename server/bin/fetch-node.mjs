// Downloads a Node for users whose own is too old: once, with npm, checked against the checksum in node-packages.json.
// Plain JavaScript that an old Node can read. It writes nothing to stdout.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeFolders } from './make-folders.mjs';

/** Returns the folder of this user's caches for Goldfish. */
export function cacheFolder(env = process.env) {
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'goldfish', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'goldfish');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'goldfish');
}

/** Returns the path of a downloaded package's program, which may not exist yet. */
export function fetchedPath({ name, version }, folder) {
  return join(folder, `${name}-${version}`, 'node_modules', name, programPath());
}

/** Returns the path of Node inside its package. */
export function programPath() {
  return join('bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/** Writes a project that depends only on the package. Its lock file makes npm reject any other content. */
function writeProject(draft, { name, version, integrity }) {
  const own = { name: 'goldfish-node', version: '1.0.0', private: true, dependencies: { [name]: version } };
  const lock = {
    name: own.name,
    version: own.version,
    lockfileVersion: 3,
    packages: { '': own, [`node_modules/${name}`]: { version, integrity } },
  };
  writeFileSync(join(draft, 'package.json'), JSON.stringify(own));
  writeFileSync(join(draft, 'package-lock.json'), JSON.stringify(lock));
}

/** Runs `npm ci` in a folder. Returns npm's reason if it failed, otherwise undefined. */
function runNpm(folder, env) {
  const isWindows = process.platform === 'win32';
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  const { status, error, stderr } = spawnSync(isWindows ? 'npm.cmd' : 'npm', ['ci', ...options], {
    cwd: folder,
    env,
    shell: isWindows,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (error) return error.code === 'ENOENT' ? 'npm is not on PATH' : error.message;
  if (status === 0) return undefined;
  const lines = stderr
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!) ?/, '').replace(/\.*\s*$/, ''));
  return (
    lines.find((line) => line !== '' && !/^(code|errno|syscall) /.test(line)) ?? `npm ended with ${status}`
  );
}

/**
 * Downloads a package into `folder` and returns the path of its program. Concurrent downloads do not interfere: each uses
 * its own draft folder, and the first to finish wins. Throws with npm's reason.
 */
export function fetchNode(pinned, folder, env = process.env) {
  const path = fetchedPath(pinned, folder);
  if (existsSync(path)) return path;
  const target = join(folder, `${pinned.name}-${pinned.version}`);
  makeFolders(folder);
  const draft = mkdtempSync(`${target}.`);
  try {
    writeProject(draft, pinned);
    const problem = runNpm(draft, env);
    if (problem !== undefined) throw new Error(problem);
    try {
      renameSync(draft, target);
    } catch (error) {
      if (!existsSync(path)) throw error;
    }
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  if (!existsSync(path))
    throw new Error(`${pinned.name} has no ${programPath()} in ${dirname(dirname(path))}`);
  return path;
}
